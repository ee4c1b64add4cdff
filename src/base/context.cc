// Context: one block of scratch a worker, grown when a plan needs more.
#include "sepconv/context.h"

#include <vector>

#include "base/aligned.h"
#include "base/check.h"

namespace sepconv {

struct Context::State {
  struct Block {
    AlignedBytes bytes;
    size_t capacity = 0;
  };
  std::vector<Block> blocks;  // one a worker: workers never touch each other's
};

Context::Context(int threads) : state_(std::make_unique<State>()) {
  check_threads(threads, "Context");
  state_->blocks.resize(threads);
}
Context::~Context() = default;
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;

int Context::threads() const { return static_cast<int>(state_->blocks.size()); }

std::byte* Context::scratch(int worker, size_t bytes) {
  State::Block& block = state_->blocks.at(worker);
  if (block.capacity < bytes) {
    block.bytes = allocate_aligned(bytes);
    block.capacity = bytes;
  }
  return block.bytes.get();
}

}  // namespace sepconv
