// How a network runs on inputs of certain shapes: steps in order, and where every value is.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/aligned.h"
#include "network/ops/operator.h"
#include "network/plan/pool.h"

namespace sepconv::network {

/// A value of a plan. Those that share a root are one piece of memory under several shapes.
struct PlanTensor {
  Spec spec;
  Constant constant;    // its memory, or null
  int input = -1;       // the network's input whose memory it is, or -1
  int root = 0;         // the tensor that owns its memory; itself as a rule
  int64_t offset = -1;  // in the arena, of roots there
  int first_step = 0;   // that makes it
  int last_step = -1;   // that reads it
};

struct Step {
  const Node* node = nullptr;  // or null: a value is brought into another layout
  Kernel kernel;
  std::vector<int> in, out;  // tensors; kNoValue for inputs that are left out
  std::string summary = {};  // as Prepared has it
  int64_t multiplications = 0;
};

/// The memory of one run, and the addresses that steps use in it; kept for the next run.
struct RunState {
  struct Addresses {
    std::vector<const void*> in;
    std::vector<void*> out;
  };
  AlignedBytes arena;
  std::vector<Addresses> steps;
};

/// Immutable but for the states that runs leave behind.
class ExecutionPlan {
 public:
  /// Of a graph that outlives the plan; inputs are specs, and constants where their values are
  /// needed for the plan.
  /// errors     ModelError naming the node: sizes, types or attributes that do not fit, operators
  ///            that are unknown, an arena above most_bytes
  ExecutionPlan(const Graph& graph, const std::vector<Operand>& inputs, int64_t most_bytes);

  /// Copies the outputs listed to the arrays of result, made anew where they do not fit; addresses
  /// are those of the inputs. Seconds of each step are lowered to what it took, where there is room
  /// for them.
  void run(std::span<const void* const> addresses, std::span<const size_t> listed,
           std::vector<NdArray>& result, Context& context, double* seconds = nullptr) const;

  /// Steps as callers see them, with the times that so many threads are predicted to take.
  NetworkExplanation explain(int threads) const;

  int64_t arena_bytes() const { return arena_bytes_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<PlanTensor>& tensors() const { return tensors_; }

 private:
  std::unique_ptr<RunState> take_state() const;
  const void* address_of(int tensor, const RunState& state,
                         std::span<const void* const> inputs) const;

  std::vector<PlanTensor> tensors_;
  std::vector<Step> steps_;
  std::vector<int> outputs_;  // tensors
  int64_t arena_bytes_ = 0;
  mutable Pool<RunState> idle_;
};

/// What build_plan makes of a graph: all but memory.
struct Draft {
  std::vector<PlanTensor> tensors;
  std::vector<Step> steps;
  std::vector<int> outputs;
};

Draft draft_plan(const Graph& graph, const std::vector<Operand>& inputs, int64_t most_bytes);

/// Offsets for the roots that need memory, such that values alive at the same time are apart.
/// Gives the bytes of all.
int64_t lay_out_arena(std::vector<PlanTensor>& tensors);

/// Marks of the inputs whose values, and not only shapes, a plan depends on.
std::vector<bool> planned_inputs(const Graph& graph);

/// ModelError for an operator that is unknown.
const Operator& known_operator(const Node& node);

}  // namespace sepconv::network
