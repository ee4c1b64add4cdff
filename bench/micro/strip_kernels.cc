// The table of inner loops, and the plans that run them.
#include "strip_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "filter/profile/tuning_cases.h"
#include "reference/filter.h"

namespace sepconv::bench {
namespace {

// In and out together leave room for scratch rows.
constexpr int64_t kImageBytes = 12 << 10;
constexpr int64_t kRows = 8;

// Lines that the recursive engine filters together.
constexpr int64_t kLines = 16;

// Floats of a 32-byte vector: FMA a cycle are counted in those, whatever the vectors are.
constexpr double kFloats = 8, kDoubles = 4;

/// A kernel of full rank.
Kernel dense(int64_t side) {
  std::mt19937 random(2);
  std::vector<double> taps(side * side);
  for (double& tap : taps) tap = static_cast<double>(1 + random() % 1000) / (1000.0 * side * side);
  return Kernel({side, side}, taps);
}

template <class T>
void fill_with_noise(Image<T>* image) {
  std::mt19937 random(1);
  const ImageShape shape = image->shape();
  for (int64_t y = 0; y < shape.height; ++y) {
    T* row = image->row(y);
    std::generate_n(row, shape.width * shape.channels, [&] { return random() % 256; });
  }
}

/// The largest |out - exact| in units of a bound.
template <class T>
double error_over(const Image<T>& out, const std::vector<double>& exact, double bound) {
  const int64_t row_samples = out.shape().width * out.shape().channels;
  double largest = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    const double got = out.row(i / row_samples)[i % row_samples];
    largest = std::max(largest, std::abs(got - exact[i]));
  }
  return largest / (bound + 1e-9);
}

/// A plan for images of T, with them.
template <class T, class Plan>
struct Job {
  Plan plan;
  Image<T> in, out;
  Context context{1};

  Job(Plan made, const ImageShape& shape) : plan(std::move(made)), in(shape), out(shape) {
    fill_with_noise(&in);
  }
  void run();
};

template <class T, class Plan>
void Job<T, Plan>::run() {
  if constexpr (std::is_same_v<Plan, FilterPlan>) {
    plan.run(in, out, context);
  } else {
    const std::vector<int64_t> axes = plan.shape();
    plan.run(ConstArrayRef::packed(in.row(0), sample_type_of<T>, axes),
             ArrayRef::packed(out.row(0), sample_type_of<T>, axes), context);
  }
}

template <class T, class Plan>
Work work_of(std::shared_ptr<Job<T, Plan>> job, double amount, const std::vector<double>& exact) {
  job->run();
  const double error = error_over(job->out, exact, job->plan.error_bound(255));
  return {[job] { job->run(); }, amount, error};
}

template <class T>
struct ImageWork {
  Kernel kernel;
  double amount_a_sample;
  Method method = Method::separable;
  int channels = 1;
  int64_t height = kRows;

  Work operator()() const {
    const int64_t pixel_bytes = sizeof(T) * channels;
    const ImageShape shape{kImageBytes / kRows / pixel_bytes, height, channels};
    const SampleType type = sample_type_of<T>;
    const auto job = std::make_shared<Job<T, FilterPlan>>(
        FilterPlan(shape, type, type, kernel, {.method = method}), shape);
    const double samples = static_cast<double>(shape.width * height * channels);
    return work_of(job, samples * amount_a_sample, reference::filter(job->in, kernel, {}));
  }
};

template <class T>
void add_passes(std::vector<Loop>* all, int channels, std::optional<double> column_goal,
                std::optional<double> row_goal) {
  const bool is_byte = sizeof(T) == 1;
  const double of_unit = is_byte ? 1 : sizeof(T) == 8 ? kDoubles : kFloats;
  for (const auto& [few, many] : {std::pair<int64_t, int64_t>{3, 9}, {3, 31}}) {
    for (const bool is_column : {true, false}) {
      const auto work = [&](int64_t taps) {
        const int64_t down = is_column ? taps : 2, along = is_column ? 2 : taps;
        const Kernel kernel = Kernel::outer({uneven_taps(down), uneven_taps(along)});
        return ImageWork<T>{kernel, static_cast<double>(taps), Method::separable, channels};
      };
      all->push_back({fmt::format("{} x{} {}, {} to {} taps", name(sample_type_of<T>), channels,
                                  is_column ? "column" : "row", few, many),
                      is_byte ? "MAC" : "FMA", of_unit, is_column ? column_goal : row_goal,
                      work(few), work(many)});
    }
  }
}

template <class T>
void add_direct(std::vector<Loop>* all) {
  for (const auto& [few, many] : {std::pair<int64_t, int64_t>{3, 5}, {5, 9}, {9, 15}}) {
    const auto work = [](int64_t side) {
      return ImageWork<T>{dense(side), static_cast<double>(side * side), Method::direct};
    };
    all->push_back(
        {fmt::format("{} direct, {} to {} taps", name(sample_type_of<T>), few * few, many * many),
         "FMA", kFloats, std::nullopt, work(few), work(many)});
  }
}

/// Whole filters, by the rows of an image.
template <class T>
void add_whole(std::vector<Loop>* all) {
  const auto add = [&](const std::string& filter, const Kernel& kernel) {
    const auto work = [&](int64_t height) {
      return ImageWork<T>{kernel, 1, Method::separable, 1, height};
    };
    all->push_back({fmt::format("{} {}, both passes", name(sample_type_of<T>), filter), "samples",
                    1, std::nullopt, work(kRows / 2), work(kRows)});
  };
  for (const int64_t side : {3, 9}) {
    add(fmt::format("{0}x{0}", side), Kernel::outer({uneven_taps(side), uneven_taps(side)}));
  }
  for (const int64_t side : {3, 15, 31}) add(fmt::format("box {}", side), box(side, side));
}

/// Both sweeps of recursive lines.
struct RecursiveWork {
  int axis;
  int64_t size;

  Work operator()() const {
    const std::vector<int64_t> axes =
        axis == 0 ? std::vector{size, kLines} : std::vector{kLines, size};
    const ImageShape shape{axes[1], axes[0], 1};
    GaussianOptions options;
    options.truncate = 6;
    const auto plan = [&] {
      const std::vector<GaussianAxis> filtered = {{.axis = axis, .sigma = 5}};
      return GaussianPlan(axes, SampleType::f32, SampleType::f32, filtered, options);
    };
    Job<float, GaussianPlan> by_taps(plan(), shape);
    by_taps.run();
    options.method = GaussianMethod::recursive;
    options.max_error = 2e-4;
    const auto job = std::make_shared<Job<float, GaussianPlan>>(plan(), shape);
    const Cost cost = job->plan.explain().methods.front().cost.total();
    const std::vector<double> right(by_taps.out.row(0), by_taps.out.row(0) + size * kLines);
    return work_of(job, static_cast<double>(cost.multiplications), right);
  }
};

void add_recursions(std::vector<Loop>* all) {
  for (const int axis : {0, 1}) {
    all->push_back({fmt::format("f32 recursive along {}", axis == 0 ? "y" : "x"), "FMA", kFloats,
                    std::nullopt, RecursiveWork{axis, 96}, RecursiveWork{axis, 192}});
  }
}

}  // namespace

std::vector<Loop> loops() {
  std::vector<Loop> all;
  for (const int channels : {1, 3}) {
    add_passes<float>(&all, channels, 1.9, 1.6);
    add_passes<uint8_t>(&all, channels, 20, 20);
  }
  add_passes<uint16_t>(&all, 1, std::nullopt, std::nullopt);
  add_passes<double>(&all, 1, std::nullopt, std::nullopt);
  add_direct<float>(&all);
  add_direct<uint8_t>(&all);
  add_whole<uint8_t>(&all);
  add_whole<float>(&all);
  add_recursions(&all);
  return all;
}

}  // namespace sepconv::bench
