// Plans of many kinds, small enough to stay in a cache where predictions assume that.
#include "filter/profile/tuning_cases.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "filter/choose/candidates.h"
#include "filter/choose/predict.h"
#include "filter/gaussian/predict.h"

namespace sepconv {
namespace {

using Clock = std::chrono::steady_clock;

// Tiles of transforms need room, and recursive passes are predicted for what memory holds.
constexpr ImageShape kLargeShape{512, 512, 1};

// Least time spent on a case, and the fewest runs.
constexpr double kSecondsPerCase = 0.05;
constexpr int kLeastRuns = 5;

/// The shortest of many calls of run.
double shortest_seconds(const std::function<void()>& run) {
  run();  // brings caches and page tables up
  double shortest = HUGE_VAL, spent = 0;
  for (int i = 0; i < kLeastRuns || spent < kSecondsPerCase; ++i) {
    const auto start = Clock::now();
    run();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    shortest = std::min(shortest, seconds);
    spent += seconds;
  }
  return shortest;
}

/// Runs a plan of T to T on samples with no structure.
template <class T, class Plan>
double measured_seconds(const Plan& plan, const ImageShape& shape) {
  Image<T> in(shape), out(shape);
  for (int64_t y = 0; y < shape.height; ++y) {
    for (int64_t x = 0; x < shape.width; ++x) in.row(y)[x] = static_cast<T>((x * 31 + y * 17) % 99);
  }
  Context context(1);
  if constexpr (std::is_same_v<Plan, FilterPlan>) {
    return shortest_seconds([&] { plan.run(in, out, context); });
  } else {
    const std::vector<int64_t> axes = {shape.height, shape.width};
    const auto source = ConstArrayRef::packed(in.row(0), sample_type_of<T>, axes);
    const auto target = ArrayRef::packed(out.row(0), sample_type_of<T>, axes);
    return shortest_seconds([&] { plan.run(source, target, context); });
  }
}

Kernel uneven(int64_t down, int64_t along) {
  return Kernel::outer({uneven_taps(down), uneven_taps(along)});
}

/// A kernel of rank 2: an uneven one, and one more tap in its middle.
Kernel rank_two(int64_t side) {
  std::vector<double> taps = uneven(side, side).taps();
  taps[taps.size() / 2] += 0.5;
  return Kernel({side, side}, taps);
}

/// A kernel of full rank.
Kernel dense(int64_t side) {
  std::vector<double> taps(side * side);
  for (size_t i = 0; i < taps.size(); ++i) {
    const uint64_t mixed = (i + 1) * uint64_t{0x9E3779B97F4A7C15};
    taps[i] = static_cast<double>(mixed >> 40) * 0x1p-24 / static_cast<double>(taps.size());
  }
  return Kernel({side, side}, taps);
}

}  // namespace

std::vector<double> uneven_taps(int64_t count) {
  std::vector<double> taps(count);
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += taps[i] = 1.0 + (i * 7) % 5 + 0.1 * ((i * 5) % 3);
  for (double& tap : taps) tap /= sum;
  return taps;
}

TuningCase of_image(const ImageCase& c) {
  FilterOptions options;
  options.method = c.method;
  options.exact = c.exact;
  const SampleSpec spec{c.type, c.type, 1, 0, c.exact};
  const auto way =
      std::make_shared<Candidate>(candidates({c.kernel, options, spec, c.shape}).front());
  const auto plan = std::make_shared<FilterPlan>(c.shape, c.type, c.type, c.kernel, options);
  const auto predicted = [way, spec, c](const Rates& rates) {
    if (!way->fourier) return predicted_seconds(rates, way->terms, way->choice, spec, c.shape);
    const FourierOutputs whole{{0, 0, c.shape.width, c.shape.height}, c.shape.channels};
    return predicted_seconds(rates, fourier_work(way->fourier->tiling, whole, c.exact));
  };
  const auto measured = [plan, c] {
    return visit_type(c.type, [&]<class T>(std::type_identity<T>) {
      return measured_seconds<T>(*plan, c.shape);
    });
  };
  return {predicted, measured};
}

namespace {

struct RecursiveCase {
  SampleType type;
  int axis;
  double max_error;
};

TuningCase of_recursion(const RecursiveCase& c) {
  const std::vector<GaussianAxis> axes = {{.axis = c.axis, .sigma = 20}};
  GaussianOptions options;
  options.method = GaussianMethod::recursive;
  options.max_error = c.max_error;
  const std::vector<int64_t> shape = {kLargeShape.height, kLargeShape.width};
  const auto impl =
      std::make_shared<GaussianPlan::Impl>(make_gaussian(shape, c.type, c.type, axes, options));
  const auto plan = std::make_shared<GaussianPlan>(shape, c.type, c.type, axes, options);
  const auto predicted = [impl](const Rates& rates) {
    return predicted_way(rates, *impl, impl->chosen());
  };
  const auto measured = [plan, c] {
    return c.type == SampleType::f32 ? measured_seconds<float>(*plan, kLargeShape)
                                     : measured_seconds<double>(*plan, kLargeShape);
  };
  return {predicted, measured};
}

void add_taps(std::vector<TuningCase>* cases) {
  for (const SampleType type :
       {SampleType::u8, SampleType::f32, SampleType::f64, SampleType::u16, SampleType::i16}) {
    for (const auto& [down, along] : {std::pair{9, 2}, {33, 2}, {2, 9}, {2, 33}, {5, 5}, {9, 9}}) {
      cases->push_back(of_image({type, uneven(down, along)}));
    }
  }
  for (const int64_t side : {3, 5}) {
    cases->push_back(of_image({SampleType::u8, binomial(side, side)}));
  }
  cases->push_back(of_image({SampleType::u8, uneven(5, 5), Method::separable, true}));
}

void add_terms(std::vector<TuningCase>* cases) {
  for (const SampleType type : {SampleType::u8, SampleType::f32, SampleType::f64}) {
    for (const int64_t side : {3, 5, 11}) {
      cases->push_back(of_image({type, dense(side), Method::direct}));
    }
    cases->push_back(of_image({type, rank_two(9), Method::low_rank}));
  }
}

void add_running_sums(std::vector<TuningCase>* cases) {
  for (const SampleType type :
       {SampleType::u8, SampleType::u16, SampleType::f32, SampleType::f64}) {
    for (const int64_t side : {15, 63}) cases->push_back(of_image({type, box(side, side)}));
    cases->push_back(of_image({type, box(2, 31)}));
    cases->push_back(of_image({type, box(31, 2)}));
  }
}

void add_transforms(std::vector<TuningCase>* cases) {
  for (const int64_t side : {9, 25, 61}) {
    cases->push_back(of_image({SampleType::f32, dense(side), Method::fft, false, kLargeShape}));
  }
  // Tiles that the second cache does not hold.
  for (const int64_t side : {301, 401}) {
    cases->push_back(of_image({SampleType::f32, dense(side), Method::fft, false, {640, 640, 1}}));
  }
}

void add_recursions(std::vector<TuningCase>* cases) {
  for (const SampleType type : {SampleType::f32, SampleType::f64}) {
    for (const int axis : {0, 1}) {
      for (const double max_error : {5e-2, 1e-3, 2e-4}) {
        cases->push_back(of_recursion({type, axis, max_error}));
      }
    }
  }
}

}  // namespace

std::vector<TuningCase> tuning_cases() {
  std::vector<TuningCase> cases;
  add_taps(&cases);
  add_terms(&cases);
  add_running_sums(&cases);
  add_transforms(&cases);
  add_recursions(&cases);
  return cases;
}

}  // namespace sepconv
