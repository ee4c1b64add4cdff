// ExecutionPlan: memory laid out, and steps run in it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "network/plan/plan.h"

namespace sepconv::network {

ExecutionPlan::ExecutionPlan(const Graph& graph, const std::vector<Operand>& inputs,
                             int64_t most_bytes) {
  Draft draft = draft_plan(graph, inputs, most_bytes);
  arena_bytes_ = lay_out_arena(draft.tensors);
  if (arena_bytes_ > most_bytes) {
    throw ModelError(
        fmt::format("a run takes {} bytes for values between nodes; at most {} are "
                    "allowed",
                    arena_bytes_, most_bytes));
  }
  tensors_ = std::move(draft.tensors);
  steps_ = std::move(draft.steps);
  outputs_ = std::move(draft.outputs);
}

const void* ExecutionPlan::address_of(int tensor, const RunState& state,
                                      std::span<const void* const> inputs) const {
  if (tensor == kNoValue) return nullptr;
  const PlanTensor& one = tensors_[tensor];
  if (one.constant) return one.constant->data();
  return one.input >= 0 ? inputs[one.input] : state.arena.get() + tensors_[one.root].offset;
}

std::unique_ptr<RunState> ExecutionPlan::take_state() const {
  if (auto state = idle_.take()) return state;
  auto state = std::make_unique<RunState>();
  state->arena = allocate_aligned(arena_bytes_);
  for (const Step& step : steps_) {
    RunState::Addresses addresses{std::vector<const void*>(step.in.size()), {}};
    for (const int tensor : step.out) {
      addresses.out.push_back(state->arena.get() + tensors_[tensors_[tensor].root].offset);
    }
    state->steps.push_back(std::move(addresses));
  }
  return state;
}

void ExecutionPlan::run(std::span<const void* const> addresses, std::span<const size_t> listed,
                        std::vector<NdArray>& result, Context& context, double* seconds) const {
  auto state = take_state();
  for (size_t s = 0; s < steps_.size(); ++s) {
    RunState::Addresses& step = state->steps[s];
    for (size_t i = 0; i < step.in.size(); ++i) {
      step.in[i] = address_of(steps_[s].in[i], *state, addresses);
    }
    const auto start = std::chrono::steady_clock::now();
    steps_[s].kernel({step.in, step.out, context});
    if (seconds == nullptr) continue;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds[s] = std::min(seconds[s], taken.count());
  }
  result.resize(listed.size());
  for (size_t i = 0; i < listed.size(); ++i) {
    const int tensor = outputs_[listed[i]];
    const Spec& spec = tensors_[tensor].spec;
    if (result[i].data() == nullptr || result[i].type() != spec.type ||
        result[i].shape() != spec.shape) {
      result[i] = NdArray(spec.type, spec.shape);
    }
    std::memcpy(result[i].data(), address_of(tensor, *state, addresses), result[i].bytes());
  }
  idle_.give_back(std::move(state));
}

}  // namespace sepconv::network
