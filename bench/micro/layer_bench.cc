// Rates of the inner kernels of layers, in the first cache and one thread: multiply-adds of floats
// a cycle, the best of many rounds. Each answer is checked before it is timed. The guard of the
// register blocking: a kernel that falls behind has lost it to the compiler.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "base/aligned.h"
#include "simd/layer/depthwise.h"
#include "simd/layer/gradient/weights.h"
#include "simd/layer/pack.h"
#include "simd/layer/product.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Seconds of a cycle: additions that wait for each other take one each.
double seconds_a_cycle() {
  constexpr int64_t kSteps = 20'000;
  double best = 1;
  for (int round = 0; round < 5; ++round) {
    best = std::min(best, seconds_of([] {
                      int64_t sum = 0;
                      for (int64_t i = 0; i < kSteps; i += 10) {
#pragma GCC unroll 10
                        for (int step = 0; step < 10; ++step) {
                          sum += i;
                          asm volatile("" : "+r"(sum));
                        }
                      }
                    }));
  }
  return best / kSteps;
}

class Floats {
 public:
  Floats(int64_t count, uint32_t seed) : bytes_(allocate_aligned(count * sizeof(float))) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> any(-1, 1);
    for (int64_t i = 0; i < count; ++i) data()[i] = seed == 0 ? 0.0f : any(random);
  }
  float* data() const { return reinterpret_cast<float*>(bytes_.get()); }

 private:
  AlignedBytes bytes_;
};

/// Times calls of work, which makes count multiply-adds.
void time_rounds(benchmark::State& state, double count, const std::function<void()>& work) {
  double best = 0;
  for (auto _ : state) {
    const double cycle = seconds_a_cycle();
    for (int round = 0; round < 50; ++round)
      best = std::max(best, count * cycle / seconds_of(work));
  }
  state.counters["MAC_a_cycle"] = best;
}

struct DepthwiseCase {
  int64_t kernel, stride, dilation, width, rows;
};

/// One channel block, padded to the width of its input.
void run_depthwise_case(benchmark::State& state, const DepthwiseCase& c, int block) {
  const int64_t reach = (c.kernel - 1) * c.dilation;
  const int64_t in_width = c.width * c.stride, in_rows = (c.rows - 1) * c.stride + reach + 1;
  const Floats in(in_width * in_rows * block, 1), taps(c.kernel * c.kernel * block, 2),
      bias(block, 3), zeros(in_width * block, 0), out(c.width * c.rows * block, 0);
  std::vector<const float*> rows(in_rows);
  for (int64_t j = 0; j < in_rows; ++j) rows[j] = in.data() + j * in_width * block;
  const DepthwiseWeights weights{block,      c.kernel,   c.kernel,    c.stride,    c.stride,
                                 c.dilation, c.dilation, taps.data(), bias.data(), {}};
  DepthwiseBand band{rows.data(), zeros.data(), in_width, block, 0, reach / 2};
  band.out = out.data();
  band.out_rows = c.rows;
  band.out_width = c.width;
  band.out_row_stride = c.width * block;
  band.out_pixel_stride = block;
  band.channels = block;
  run_depthwise(band, weights);
  const int64_t x = c.width / 2;
  double exact = bias.data()[0];
  for (int64_t k = 0; k < c.kernel * c.kernel; ++k) {
    const int64_t column = x * c.stride - band.left + k % c.kernel * c.dilation;
    exact += rows[k / c.kernel * c.dilation][column * block] * double{taps.data()[k * block]};
  }
  if (std::abs(out.data()[x * block] - exact) > 1e-5) return state.SkipWithError("wrong answer");
  constexpr int kCalls = 20;
  time_rounds(state, 1.0 * kCalls * c.width * c.rows * block * c.kernel * c.kernel, [&] {
    for (int i = 0; i < kCalls; ++i) run_depthwise(band, weights);
  });
}

/// The gradients of one channel block's taps; the map is padded so that both sides have its width.
void run_depthwise_gradient_case(benchmark::State& state, const DepthwiseCase& c, int block) {
  const int64_t reach = (c.kernel - 1) * c.dilation, taps = c.kernel * c.kernel;
  const int64_t in_width = c.width * c.stride, in_rows = (c.rows - 1) * c.stride + reach + 1;
  const Floats in(in_width * in_rows * block, 1), gradients(c.width * c.rows * block, 2),
      zeros(in_width * block, 0), sums(taps * block, 0);
  std::vector<const float*> rows(in_rows);
  for (int64_t j = 0; j < in_rows; ++j) rows[j] = in.data() + j * in_width * block;
  const DepthwiseWeights weights{block,      c.kernel,   c.kernel, c.stride, c.stride,
                                 c.dilation, c.dilation, nullptr,  nullptr,  {}};
  DepthwiseGradient run{&weights, rows.data(), zeros.data(), in_width, 0, reach / 2};
  run.gradients = gradients.data();
  run.gradients_row_stride = c.width * block;
  run.out_rows = c.rows;
  run.out_width = c.width;
  run.channels = block;
  run.taps = sums.data();
  add_depthwise_gradient(run);
  double exact = 0;  // of the middle tap, whose inputs are all on the map
  for (int64_t i = 0; i < c.rows * c.width; ++i) {
    const float* row = rows[i / c.width * c.stride + reach / 2];
    exact += row[i % c.width * c.stride * block] * double{gradients.data()[i * block]};
  }
  if (std::abs(sums.data()[taps / 2 * block] - exact) > 1e-4) {
    return state.SkipWithError("wrong answer");
  }
  constexpr int kCalls = 20;
  time_rounds(state, 1.0 * kCalls * c.width * c.rows * block * taps, [&] {
    for (int i = 0; i < kCalls; ++i) add_depthwise_gradient(run);
  });
}

struct ProductCase {
  int64_t pixels, depth, channels;
};

/// Gradients of a product's weights.
void run_product_gradient_case(benchmark::State& state, const ProductCase& c, int block) {
  const int64_t channels = round_up(c.channels, block), depth = round_up(c.depth, block);
  const Floats in(c.pixels * depth, 1), gradients(c.pixels * channels, 2),
      panels(channels * c.depth, 0);
  ProductGradient run{block, c.depth, c.channels, in.data(), c.pixels * block};
  run.gradients = gradients.data();
  run.gradients_block_stride = c.pixels * block;
  run.pixels = c.pixels;
  run.panels = panels.data();
  add_product_gradient(run);
  std::vector<float> sums(c.channels * c.depth);
  unpack_product(panels.data(), c.channels, c.depth, block, sums.data());
  const int64_t k = c.depth - 1, n = c.channels - 1;
  double exact = 0;
  for (int64_t pixel = 0; pixel < c.pixels; ++pixel) {
    exact += in.data()[(k / block * c.pixels + pixel) * block + k % block] *
             double{gradients.data()[(n / block * c.pixels + pixel) * block + n % block]};
  }
  if (std::abs(sums.back() - exact) > 1e-4) return state.SkipWithError("wrong answer");
  constexpr int kCalls = 20;
  time_rounds(state, 1.0 * kCalls * c.pixels * c.depth * c.channels, [&] {
    for (int i = 0; i < kCalls; ++i) add_product_gradient(run);
  });
}

/// A product of 3x3 windows where they lie, channels last: three rows of them.
void run_windows_case(benchmark::State& state, const ProductCase& c, int block) {
  const int64_t channels = round_up(c.channels, block), depth = 9 * c.depth;
  const int64_t across = 3 * c.depth, row = (c.pixels + 2) * c.depth;
  const Floats in(3 * row, 1), matrix(c.channels * depth, 2), panels(channels * depth, 0),
      bias(channels, 3), out(c.pixels * c.channels, 0);
  pack_product(matrix.data(), c.channels, depth, block, panels.data());
  const ProductWeights weights{block, depth, c.channels, panels.data(), bias.data(), {}};
  const float* const segments[] = {in.data(), in.data() + row, in.data() + 2 * row};
  ProductRun run{nullptr, 0, c.pixels, out.data(), c.channels, block};
  run.segments = segments;
  run.segment_depth = across;
  run.in_pixel_stride = c.depth;
  run_product(run, weights);
  const int64_t pixel = c.pixels / 2, n = c.channels - 1;
  double exact = bias.data()[n];
  for (int64_t k = 0; k < depth; ++k) {
    exact +=
        segments[k / across][pixel * c.depth + k % across] * double{matrix.data()[n * depth + k]};
  }
  if (std::abs(out.data()[pixel * c.channels + n] - exact) > 1e-4) {
    return state.SkipWithError("wrong answer");
  }
  constexpr int kCalls = 20;
  time_rounds(state, 1.0 * kCalls * c.pixels * depth * c.channels, [&] {
    for (int i = 0; i < kCalls; ++i) run_product(run, weights);
  });
}

void run_product_case(benchmark::State& state, const ProductCase& c, int block) {
  const int64_t channels = round_up(c.channels, block), depth = round_up(c.depth, block);
  const Floats in(c.pixels * depth, 1), matrix(c.channels * c.depth, 2),
      panels(channels * c.depth, 0), bias(channels, 3), out(c.pixels * c.channels, 0);
  pack_product(matrix.data(), c.channels, c.depth, block, panels.data());
  const ProductWeights weights{block, c.depth, c.channels, panels.data(), bias.data(), {}};
  ProductRun run{in.data(), c.pixels * block, c.pixels, out.data(), c.channels, block};
  run_product(run, weights);
  const int64_t pixel = c.pixels / 2, n = c.channels - 1;
  double exact = bias.data()[n];
  for (int64_t k = 0; k < c.depth; ++k) {
    exact += in.data()[k / block * c.pixels * block + pixel * block + k % block] *
             double{matrix.data()[n * c.depth + k]};
  }
  if (std::abs(out.data()[pixel * c.channels + n] - exact) > 1e-4) {
    return state.SkipWithError("wrong answer");
  }
  constexpr int kCalls = 20;
  time_rounds(state, 1.0 * kCalls * c.pixels * c.depth * c.channels, [&] {
    for (int i = 0; i < kCalls; ++i) run_product(run, weights);
  });
}

void add_case(const std::string& label, const Target& target,
              const std::function<void(benchmark::State&)>& run) {
  benchmark::RegisterBenchmark(label.c_str(), [=](benchmark::State& state) {
    force_target(target.id);
    run(state);
    force_target(0);
  })->Unit(benchmark::kMillisecond);
}

void add_cases(const Target& target, int block) {
  const std::string ending = fmt::format("/{}/block:{}", target.name, block);
  for (const DepthwiseCase& c : {DepthwiseCase{3, 1, 1, 28, 8},
                                 {3, 1, 1, 7, 7},
                                 {3, 2, 1, 14, 4},
                                 {4, 1, 1, 28, 8},
                                 {5, 1, 1, 28, 4},
                                 {5, 2, 1, 14, 4},
                                 {7, 1, 1, 28, 4},
                                 {7, 1, 1, 7, 7},
                                 {3, 1, 2, 28, 8}}) {
    add_case(fmt::format("depthwise/{0}x{0}/stride:{1}/dilation:{2}/{3}x{4}", c.kernel, c.stride,
                         c.dilation, c.rows, c.width) +
                 ending,
             target, [=](benchmark::State& state) { run_depthwise_case(state, c, block); });
  }
  for (const ProductCase& c : {ProductCase{84, 16, 32},
                               {84, 32, 32},
                               {84, 64, 32},
                               {49, 64, 32},
                               {42, 128, 32},
                               {84, 24, 24},
                               {84, 64, 16},
                               {84, 32, 96}}) {
    add_case(fmt::format("product/{}x{}x{}", c.pixels, c.depth, c.channels) + ending, target,
             [=](benchmark::State& state) { run_product_case(state, c, block); });
  }
  for (const ProductCase& c : {ProductCase{56, 3, 32}, {56, 16, 32}, {28, 32, 32}}) {
    add_case(fmt::format("windows/3x3/{}x{}x{}", c.pixels, c.depth, c.channels) + ending, target,
             [=](benchmark::State& state) { run_windows_case(state, c, block); });
  }
}

void add_gradient_cases(const Target& target, int block) {
  const std::string ending = fmt::format("/{}/block:{}", target.name, block);
  for (const DepthwiseCase& c : {DepthwiseCase{3, 1, 1, 28, 8},
                                 {3, 2, 1, 14, 4},
                                 {5, 1, 1, 28, 4},
                                 {7, 1, 1, 28, 4},
                                 {3, 1, 2, 28, 8}}) {
    add_case(fmt::format("depthwise_gradient/{0}x{0}/stride:{1}/dilation:{2}/{3}x{4}", c.kernel,
                         c.stride, c.dilation, c.rows, c.width) +
                 ending,
             target,
             [=](benchmark::State& state) { run_depthwise_gradient_case(state, c, block); });
  }
  for (const ProductCase& c :
       {ProductCase{84, 32, 32}, {196, 32, 32}, {84, 24, 24}, {84, 64, 16}}) {
    add_case(fmt::format("product_gradient/{}x{}x{}", c.pixels, c.depth, c.channels) + ending,
             target, [=](benchmark::State& state) { run_product_gradient_case(state, c, block); });
  }
}

}  // namespace
}  // namespace sepconv::simd

int main(int argc, char** argv) {
  using namespace sepconv::simd;
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const int block : layer_blocks()) {
      add_cases(target, block);
      add_gradient_cases(target, block);
    }
  }
  force_target(0);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
