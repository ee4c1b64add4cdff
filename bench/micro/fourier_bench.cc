// Dense kernels of no structure, directly and by Fourier tiles, one thread: where one becomes
// faster than the other, and the figures that src/filter/profile/rates.cc has for tiles. Both
// answers are compared before they are timed; a difference beyond the bounds is an error, not a
// time.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <random>
#include <vector>

#include "sepconv/sepconv.h"

namespace sepconv {
namespace {

constexpr ImageShape kShape{1920, 1080, 1};

/// Random taps of sum one.
Kernel noise_kernel(int64_t side) {
  std::mt19937 random(1);
  std::vector<double> taps(side * side);
  double sum = 0;
  for (double& tap : taps) sum += tap = static_cast<double>(1 + random() % 1000);
  for (double& tap : taps) tap /= sum;
  return Kernel({side, side}, taps);
}

template <class T>
FilterPlan plan_for(int64_t side, Method method) {
  return FilterPlan(kShape, sample_type_of<T>, sample_type_of<T>, noise_kernel(side),
                    {.method = method});
}

template <class T>
Image<T> filtered(const Image<T>& in, const FilterPlan& plan) {
  Image<T> out(kShape);
  plan.run(in, out);
  return out;
}

template <class T>
double largest_difference(const Image<T>& a, const Image<T>& b) {
  double largest = 0;
  for (int64_t y = 0; y < kShape.height; ++y) {
    for (int64_t x = 0; x < kShape.width; ++x) {
      const double difference = static_cast<double>(a.row(y)[x]) - static_cast<double>(b.row(y)[x]);
      largest = std::max(largest, std::abs(difference));
    }
  }
  return largest;
}

template <class T>
void run_method(benchmark::State& state, int64_t side, Method method) {
  std::mt19937 random(2);
  Image<T> in(kShape);
  for (int64_t y = 0; y < kShape.height; ++y) {
    for (int64_t x = 0; x < kShape.width; ++x) in.row(y)[x] = static_cast<T>(random() % 256);
  }
  const FilterPlan direct = plan_for<T>(side, Method::direct);
  const FilterPlan tiles = plan_for<T>(side, Method::fft);
  const double allowed = direct.error_bound(255) + tiles.error_bound(255);
  if (largest_difference(filtered(in, direct), filtered(in, tiles)) > allowed) {
    state.SkipWithError("the methods differ by more than their bounds");
    return;
  }
  const FilterPlan& plan = method == Method::fft ? tiles : direct;
  Image<T> out(kShape);
  Context context(1);
  for (auto _ : state) plan.run(in, out, context);
  state.counters["predicted_ms"] = 1e3 * plan.explain().methods.front().predicted_seconds;
}

template <class T>
void add_cases() {
  for (const int64_t side : {7, 15, 23, 31, 63}) {
    for (const Method method : {Method::direct, Method::fft}) {
      const std::string label =
          fmt::format("dense/{}/{}x{}/{}", name(sample_type_of<T>), side, side, name(method));
      benchmark::RegisterBenchmark(label.c_str(), [=](benchmark::State& state) {
        run_method<T>(state, side, method);
      })->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace
}  // namespace sepconv

int main(int argc, char** argv) {
  sepconv::add_cases<uint8_t>();
  sepconv::add_cases<float>();
  sepconv::add_cases<double>();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
