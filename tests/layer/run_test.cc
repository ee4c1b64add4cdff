// LayerPlan::run: what it allocates.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "sepconv/layer.h"

namespace {
std::atomic<int64_t> allocations = 0;
}  // namespace

// Every allocation of this program with new is counted.
void* operator new(size_t bytes) {
  ++allocations;
  if (void* p = std::malloc(bytes)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }

namespace sepconv {
namespace {

TEST(LayerRun, allocates_nothing_after_the_first_call) {
  const std::vector<float> taps(20 * 9), weights(20 * 20), dense(20 * 20 * 3);
  const LayerPlan plan({1, 9, 11, 20}, {depthwise_conv2d(taps, 20, {3, 3}), conv2d(weights, 20),
                                        conv2d(dense, 20, {1, 3})});
  const std::vector<float> in(value_count(plan.in_shape()));
  std::vector<float> out(value_count(plan.out_shape()));
  const ConstTensorRef from(in.data(), plan.in_shape());
  const TensorRef to(out.data(), plan.out_shape());
  Context context;
  plan.run(from, to, context);
  plan.run(from, to);
  const std::byte* const scratch = context.scratch(0, 1);
  const int64_t before = allocations;
  plan.run(from, to, context);
  plan.run(from, to);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(context.scratch(0, 1), scratch);
}

}  // namespace
}  // namespace sepconv
