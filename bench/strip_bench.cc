// Rates of the column and row passes on an image that stays in the second cache, one thread: the
// figures that src/filter/choose/predict.cc predicts with. Each answer is checked against the
// reference before it is timed; a wrong one is an error, not a time.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <random>
#include <vector>

#include "reference/filter.h"
#include "sepconv/sepconv.h"

namespace sepconv {
namespace {

/// Uneven taps of sum one, so that nothing but their number is used.
std::vector<double> uneven_taps(int64_t count) {
  std::vector<double> taps(count);
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += taps[i] = 1.0 + (i * 7) % 5 + 0.123 * ((i * 5) % 3);
  for (double& tap : taps) tap /= sum;
  return taps;
}

template <class T>
Image<T> noise(const ImageShape& shape) {
  std::mt19937 random(1);
  Image<T> image(shape);
  for (int64_t y = 0; y < shape.height; ++y) {
    for (int64_t x = 0; x < shape.width * shape.channels; ++x) {
      image.row(y)[x] = static_cast<T>(random() % 256);
    }
  }
  return image;
}

/// The largest |out - exact| over a few rows, in units of the plan's bound.
template <class T>
double error_over_bound(const Image<T>& in, const Image<T>& out, const Kernel& kernel,
                        const FilterPlan& plan) {
  const ImageShape& shape = in.shape();
  const Rect rows{0, shape.height / 2, shape.width, 2};
  const std::vector<double> exact = reference::filter(in, kernel, {.roi = rows});
  double largest = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    const int64_t row_samples = shape.width * shape.channels;
    const T got = out.row(rows.y + i / row_samples)[i % row_samples];
    largest = std::max(largest, std::abs(got - exact[i]));
  }
  return largest / (plan.error_bound(255) + 1e-9);
}

template <class T>
void run_passes(benchmark::State& state, int channels, int64_t column_taps, int64_t row_taps) {
  const ImageShape shape{960 / channels, 64, channels};
  const Kernel kernel = Kernel::outer({uneven_taps(column_taps), uneven_taps(row_taps)});
  const FilterPlan plan(shape, sample_type_of<T>, sample_type_of<T>, kernel,
                        {.method = Method::separable});
  const Image<T> in = noise<T>(shape);
  Image<T> out(shape);
  Context context(1);
  plan.run(in, out, context);
  if (error_over_bound(in, out, kernel, plan) > 1) {
    state.SkipWithError("the answer is beyond the plan's error bound");
    return;
  }
  for (auto _ : state) plan.run(in, out, context);
  const double samples = static_cast<double>(shape.width * shape.height * channels);
  state.counters["MAC_a_second"] = benchmark::Counter(
      samples * (column_taps + row_taps), benchmark::Counter::kIsIterationInvariantRate);
}

template <class T>
void add_cases(int channels) {
  for (const int64_t taps : {3, 9, 31}) {
    for (const bool is_column : {true, false}) {
      const int64_t down = is_column ? taps : 2, across = is_column ? 2 : taps;
      const std::string label = fmt::format("strip/{}x{}/{}/{}", name(sample_type_of<T>), channels,
                                            is_column ? "column" : "row", taps);
      benchmark::RegisterBenchmark(label.c_str(), [=](benchmark::State& state) {
        run_passes<T>(state, channels, down, across);
      });
    }
  }
}

}  // namespace
}  // namespace sepconv

int main(int argc, char** argv) {
  for (const int channels : {1, 3}) {
    sepconv::add_cases<uint8_t>(channels);
    sepconv::add_cases<uint16_t>(channels);
    sepconv::add_cases<float>(channels);
    sepconv::add_cases<double>(channels);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
