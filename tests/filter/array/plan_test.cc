// ArrayPlan against sums written out: random shapes of 1 to 5 axes, strides of any sign, borders,
// types and roundings; and what it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "filter/border.h"
#include "filter/strided_array.h"
#include "reference/filter.h"
#include "sepconv/array.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

/// The exact value of one output: filters multiplied out from the one at position next on.
double exact_at(const Array& in, const std::vector<AxisFilter>& filters, size_t next,
                std::vector<int64_t> at) {
  if (next == filters.size()) return in.get(at);
  const AxisFilter& filter = filters[next];
  const int64_t center = at[filter.axis], size = in.shape()[filter.axis];
  double sum = 0;
  for (int64_t j = 0; j < static_cast<int64_t>(filter.taps.size()); ++j) {
    at[filter.axis] = border_index(center + j - filter.anchor, size, filter.border);
    const bool is_outside = at[filter.axis] == kNoSample;
    double value = filter.border == Border::constant ? filter.border_value : 0;
    if (is_outside) {
      for (size_t f = next + 1; f < filters.size(); ++f) {
        value *= std::accumulate(filters[f].taps.begin(), filters[f].taps.end(), 0.0);
      }
    }
    sum += filter.taps[j] * (is_outside ? value : exact_at(in, filters, next + 1, at));
  }
  return sum;
}

struct RandomCase {
  explicit RandomCase(uint32_t seed) : random(seed) {
    const int axes = static_cast<int>(1 + below(5));
    std::vector<int64_t> shape(axes);
    for (int64_t& size : shape) size = 1 + below(axes > 3 ? 5 : 11);
    if (below(2) == 0) shape.back() = 1 + below(50);
    if (axes < 3 && below(4) == 0) shape[below(axes)] = 700 + below(1500);  // several strips
    in = std::make_unique<Array>(kTypes[below(6)], shape);
    out = std::make_unique<Array>(kTypes[below(6)], shape);
    if (below(3) == 0) in->shuffle_layout(random, 1 + below(2));
    if (below(3) == 0) out->shuffle_layout(random, 1 + below(2));
    in->fill(random);
    add_filters(axes);
    options.rounding = below(2) == 0 ? Rounding::truncate : Rounding::nearest;
    options.threads = static_cast<int>(1 + below(3));
    options.in_double = below(4) == 0;
    if (below(3) == 0) options.scale = -0.5, options.offset = 7;
    if (below(3) == 0) options.divisor = 3;
    if (below(4) == 0) make_image();
  }

  /// A blur of bytes: in integers where the array is an image.
  void make_image() {
    in = std::make_unique<Array>(SampleType::u8, in->shape());
    out = std::make_unique<Array>(SampleType::u8, in->shape());
    if (below(3) == 0) in->shuffle_layout(random, 1 + below(2));
    in->fill(random);
    options = {.threads = static_cast<int>(1 + below(3))};
    for (AxisFilter& filter : filters) {
      for (double& tap : filter.taps) tap = std::abs(tap);
      const double sum = std::accumulate(filter.taps.begin(), filter.taps.end(), 0.0);
      for (double& tap : filter.taps) tap /= sum;
    }
  }

  /// Up to three axes, the later ones first: the order in which exact_at lets borders count.
  void add_filters(int axes) {
    std::vector<int> order(axes);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    order.resize(std::min<int64_t>(axes, below(4)));
    std::sort(order.rbegin(), order.rend());
    for (const int axis : order) {
      AxisFilter filter{axis, std::vector<double>(1 + below(6))};
      for (double& tap : filter.taps) {
        tap = std::uniform_real_distribution<double>(-0.5, 1)(random);
      }
      if (below(8) == 0) filter.taps.assign(9 + below(12), filter.taps[0]);  // running sums
      filter.anchor = below(static_cast<int64_t>(filter.taps.size()));
      filter.border = kBorders[below(6)];
      if (filter.border == Border::constant) filter.border_value = 3;
      filters.push_back(filter);
    }
  }

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random); }

  std::mt19937 random;
  std::unique_ptr<Array> in, out;
  std::vector<AxisFilter> filters;
  ArrayOptions options;
};

double clamped_to(SampleType type, double value) {
  if (!is_integer(type)) return value;
  return visit_type(type, [&]<class T>(std::type_identity<T>) {
    return std::clamp(value, static_cast<double>(std::numeric_limits<T>::lowest()),
                      static_cast<double>(std::numeric_limits<T>::max()));
  });
}

TEST(ArrayPlan, stays_within_its_bound_on_random_requests_and_targets) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (uint32_t seed = 0; seed < 500 && !::testing::Test::HasFailure(); ++seed) {
      RandomCase c(seed);
      const ArrayPlan plan(c.in->shape(), c.in->type(), c.out->type(), c.filters, c.options);
      plan.run(c.in->in(), c.out->out());
      // The value beyond the border is the largest sample.
      const double bound = plan.error_bound(3) * (1 + 1e-9) + 1e-9 * std::abs(c.options.offset);
      c.out->for_each([&](const std::vector<int64_t>& at) {
        const double sum = exact_at(*c.in, c.filters, 0, at);
        const double scaled = sum / c.options.divisor * c.options.scale + c.options.offset;
        const double exact = clamped_to(c.out->type(), scaled);
        ASSERT_NEAR(c.out->get(at), exact, bound)
            << "seed " << seed << ", target " << target.name << "\n"
            << plan.explain().to_text();
      });
    }
  }
  simd::force_target(0);
}

std::vector<AxisFilter> blur(const std::vector<int>& axes) {
  std::vector<AxisFilter> filters;
  for (const int axis : axes) filters.push_back({axis, {0.05, 0.25, 0.4, 0.25, 0.05}});
  return filters;
}

TEST(ArrayPlan, gives_the_same_bits_for_every_thread_count) {
  std::mt19937 random(2);
  Array in(SampleType::f32, {9, 40, 33});
  in.fill(random);
  Array one(SampleType::f32, in.shape());
  ArrayPlan(in.shape(), SampleType::f32, SampleType::f32, blur({0, 1, 2})).run(in.in(), one.out());
  for (const int threads : {2, 3, 8}) {
    Array many(SampleType::f32, in.shape());
    ArrayPlan(in.shape(), SampleType::f32, SampleType::f32, blur({0, 1, 2}), {.threads = threads})
        .run(in.in(), many.out());
    EXPECT_EQ(many.bytes(), one.bytes()) << threads << " threads";
  }
}

TEST(ArrayPlan, divides_whole_sums_without_an_error_before_the_cast) {
  std::mt19937 random(3);
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    for (const int64_t size : {3, 7, 12, 31}) {
      Array in(type, {60, 40}), out(type, {60, 40});
      in.fill(random);
      const std::vector<AxisFilter> filters = {{0, std::vector<double>(size, 1.0), size / 2}};
      ArrayOptions options{.divisor = static_cast<double>(size)};
      options.rounding = Rounding::truncate;
      ArrayPlan({60, 40}, type, type, filters, options).run(in.in(), out.out());
      out.for_each([&](const std::vector<int64_t>& at) {
        const double sum = exact_at(in, filters, 0, at);
        ASSERT_EQ(out.get(at), std::trunc(sum / static_cast<double>(size))) << name(type);
      });
    }
  }
}

TEST(ArrayPlan, running_sums_have_the_same_bits_for_every_thread_count) {
  std::mt19937 random(4);
  Array in(SampleType::f32, {3, 300, 33});
  in.fill(random);
  const std::vector<AxisFilter> filters = {{1, std::vector<double>(30, 0.1)},
                                           {2, std::vector<double>(13, 0.1)}};
  Array one(SampleType::f32, in.shape());
  ArrayPlan(in.shape(), SampleType::f32, SampleType::f32, filters).run(in.in(), one.out());
  for (const int threads : {2, 3, 8}) {
    Array many(SampleType::f32, in.shape());
    ArrayPlan(in.shape(), SampleType::f32, SampleType::f32, filters, {.threads = threads})
        .run(in.in(), many.out());
    EXPECT_EQ(many.bytes(), one.bytes()) << threads << " threads";
  }
}

std::vector<double> random_factor(std::mt19937& random, int64_t size) {
  std::vector<double> taps(size);
  for (double& tap : taps) tap = std::uniform_real_distribution<double>(0.1, 1)(random);
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  for (double& tap : taps) tap /= sum;
  return taps;
}

TEST(ArrayPlan, gives_images_the_bits_of_the_dense_kernel) {
  std::mt19937 random(5);
  for (const int64_t channels : {1, 3}) {
    for (const auto& [height, width] : {std::pair{3, 3}, {2, 9}, {40, 31}, {64, 5}}) {
      Array in(SampleType::u8, {2, 150, 301, channels});
      in.fill(random);
      const std::vector<AxisFilter> filters = {{1, random_factor(random, height)},
                                               {2, random_factor(random, width)}};
      std::vector<double> dense;
      for (const double column : filters[0].taps) {
        for (const double row : filters[1].taps) dense.push_back(column * row);
      }
      Array out(SampleType::u8, in.shape());
      const ArrayPlan plan(in.shape(), in.type(), in.type(), filters, {.threads = 2});
      plan.run(in.in(), out.out());
      EXPECT_EQ(plan.explain().methods[0].arithmetic, "int16");
      const ImageShape shape{301, 150, static_cast<int>(channels)};
      const FilterPlan image(shape, in.type(), in.type(), Kernel({height, width}, dense));
      EXPECT_NEAR(plan.error_bound(), image.error_bound(), 1e-12);
      std::vector<uint8_t> expected(shape.width * shape.height * channels);
      for (int64_t n = 0; n < 2; ++n) {
        const int64_t first = n * static_cast<int64_t>(expected.size());
        const auto* from = static_cast<const uint8_t*>(in.in().data) + first;
        image.run({from, in.type(), shape, 301 * channels},
                  {expected.data(), in.type(), shape, 301 * channels});
        const auto* got = static_cast<const uint8_t*>(out.out().data) + first;
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), got)) << height << "x" << width;
      }
    }
  }
}

TEST(ArrayPlan, gives_images_the_means_of_a_box) {
  std::mt19937 random(6);
  Array in(SampleType::u8, {70, 200}), out(SampleType::u8, in.shape());
  in.fill(random);
  for (const int64_t size : {3, 10, 25}) {
    const std::vector<double> ones(size, 1.0), taps(size, 1.0 / static_cast<double>(size));
    const ArrayPlan plan(in.shape(), in.type(), in.type(), {{0, taps}, {1, taps}});
    EXPECT_EQ(plan.explain().methods[0].arithmetic, "int32");
    plan.run(in.in(), out.out());
    const std::vector<AxisFilter> sums = {{0, ones, size / 2}, {1, ones, size / 2}};
    const double samples = static_cast<double>(size * size);
    out.for_each([&](const std::vector<int64_t>& at) {
      ASSERT_EQ(out.get(at), std::nearbyint(exact_at(in, sums, 0, at) / samples)) << size;
    });
  }
}

TEST(ArrayPlan, truncates_towards_zero_as_a_c_cast) {
  Array in(SampleType::f64, {4}), out(SampleType::i16, {4});
  const double values[] = {1.9, -1.9, 2.5, -0.1};
  for (int64_t i = 0; i < 4; ++i) in.set({i}, values[i]);
  ArrayPlan({4}, SampleType::f64, SampleType::i16, {}, {.rounding = Rounding::truncate})
      .run(in.in(), out.out());
  const double expected[] = {1, -1, 2, 0};
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(out.get({i}), expected[i]);
}

TEST(ArrayPlan, takes_kernels_longer_than_an_axis) {
  Array in(SampleType::f64, {3, 5}), out(SampleType::f64, {3, 5});
  in.for_each([&](const std::vector<int64_t>& at) { in.set(at, 2.5); });
  for (const Border border :
       {Border::symmetric, Border::reflect101, Border::wrap, Border::replicate}) {
    const std::vector<double> taps(101, 1.0 / 101);
    ArrayPlan({3, 5}, SampleType::f64, SampleType::f64,
              {{0, taps, -1, border}, {1, taps, -1, border}})
        .run(in.in(), out.out());
    out.for_each([&](const std::vector<int64_t>& at) { EXPECT_NEAR(out.get(at), 2.5, 1e-12); });
  }
}

TEST(ArrayPlan, scratch_does_not_grow_with_the_array) {
  const auto scratch = [](std::vector<int64_t> shape) {
    return ArrayPlan(std::move(shape), SampleType::f32, SampleType::f32, blur({0, 1, 2}))
        .scratch_bytes();
  };
  EXPECT_LT(scratch({197, 233, 189}), 1 << 20);
  EXPECT_EQ(scratch({197, 233, 189}), scratch({1970, 2330, 189}));
  EXPECT_LT(scratch({5, 6, 100'000'000}), 2 << 20);
  EXPECT_LT(scratch({100'000'000, 5, 2}), 2 << 20);
}

TEST(ArrayPlan, packs_long_rows_where_the_border_is_constant) {
  const std::vector<double> taps = {0.25, 0.5, 0.25};
  Array in(SampleType::i32, {3, 100'000}), out(SampleType::i32, {3, 100'000});
  std::mt19937 random(3);
  in.fill(random);
  const std::vector<AxisFilter> filters = {{0, taps, -1, Border::constant, 8}};
  ArrayPlan({3, 100'000}, SampleType::i32, SampleType::i32, filters).run(in.in(), out.out());
  for (int64_t x = 0; x < 100'000; x += 7) {
    ASSERT_NEAR(out.get({0, x}), 0.25 * 8 + 0.5 * in.get({0, x}) + 0.25 * in.get({1, x}), 0.5);
  }
}

TEST(ArrayPlan, runs_in_place_where_rows_alone_are_filtered) {
  std::mt19937 random(4);
  for (const int64_t gap : {1, 2}) {
    Array in(SampleType::u16, {5, 129, 300}), out(SampleType::u16, in.shape());
    if (gap == 2) in.shuffle_layout(random, gap);
    in.fill(random);
    const ArrayPlan plan(in.shape(), in.type(), in.type(), blur({2}), {.threads = 3});
    ASSERT_TRUE(plan.allows_in_place());
    plan.run(in.in(), out.out());
    plan.run(in.in(), in.out());
    in.for_each([&](const auto& at) { ASSERT_EQ(in.get(at), out.get(at)); });
  }
}

TEST(ArrayPlan, refuses_to_run_in_place_where_it_would_read_what_it_wrote) {
  Array in(SampleType::f32, {40, 30});
  for (const int axis : {0, 1}) {
    const ArrayPlan plan(in.shape(), in.type(), in.type(), blur({axis}));
    EXPECT_EQ(plan.allows_in_place(), axis == 1);
    if (axis == 1) continue;
    EXPECT_THROW(plan.run(in.in(), in.out()), InvalidArgument);
  }
  const ArrayPlan plan(in.shape(), in.type(), in.type(), blur({1}));
  ConstArrayRef moved = in.in();
  moved.strides = {-30, 1};
  moved.data = static_cast<const float*>(moved.data) + 39 * 30;
  EXPECT_THROW(plan.run(moved, in.out()), InvalidArgument);
}

void expect_refused(const std::function<void()>& request, const std::string& words) {
  try {
    request();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(ArrayPlan, refuses_bad_requests_and_says_what_it_needs) {
  const auto plan = [](std::vector<int64_t> shape, std::vector<AxisFilter> filters,
                       ArrayOptions options = {}) {
    ArrayPlan(std::move(shape), SampleType::u8, SampleType::u8, std::move(filters), options);
  };
  expect_refused([&] { plan({}, {}); }, "0 axes; expected 1 to 8");
  expect_refused([&] { plan(std::vector<int64_t>(9, 1), {}); }, "9 axes");
  expect_refused([&] { plan({3, 0}, {}); }, "axis 1 has size 0");
  expect_refused([&] { plan({INT64_MAX / 2, 5}, {}); }, "overflows");
  expect_refused([&] { plan({3, 4}, {{2, {1.0}}}); }, "axis 2 of an array of 2 axes");
  expect_refused([&] { plan({3, 4}, {{1, {1, 2}}, {-1, {1, 2}}}); }, "axis 1 is named twice");
  expect_refused([&] { plan({3, 4}, {{1, {}}}); }, "no taps");
  expect_refused([&] { plan({3, 4}, {{1, {1, NAN}}}); }, "expected finite taps");
  expect_refused([&] { plan({3, 4}, {{1, {1, 2}, 2}}); }, "anchor of axis 1 is 2");
  expect_refused([&] { plan({3, 4}, {{1, {1, 2}, 0, Border::constant, 0.5}}); }, "border_value");
  expect_refused([&] { plan({2, 2, 2, 2}, blur({0, 1, 2, 3})); }, "more than three axes");
  expect_refused([&] { plan({3, 4}, {}, {.threads = 0}); }, "threads is 0");
  expect_refused([&] { plan({3, 4}, {}, {.divisor = 0}); }, "divisor is 0");
}

TEST(ArrayPlan, refuses_arrays_that_are_not_the_plans_and_leaves_out_untouched) {
  const ArrayPlan plan({4, 6}, SampleType::f32, SampleType::f32, blur({0, 1}));
  Array in(SampleType::f32, {4, 6}), out(SampleType::f32, {4, 6}), other(SampleType::f32, {6, 4});
  const std::vector<std::byte> before = out.bytes();
  expect_refused([&] { plan.run(other.in(), out.out()); }, "in has shape (6, 4); the plan is for");
  expect_refused([&] { plan.run(in.in(), other.out()); }, "out has shape");
  expect_refused([&] { plan.run(in.in(), in.out()); }, "out overlaps in");
  ArrayRef squeezed = out.out();
  squeezed.strides = {3, 1};
  expect_refused([&] { plan.run(in.in(), squeezed); }, "samples of out share memory");
  ConstArrayRef bare = in.in();
  bare.data = nullptr;
  expect_refused([&] { plan.run(bare, out.out()); }, "in has no data");
  bare = in.in();
  bare.strides.pop_back();
  expect_refused([&] { plan.run(bare, out.out()); }, "1 strides; expected 2");
  EXPECT_EQ(out.bytes(), before);
}

TEST(ArrayPlan, reads_an_axis_of_stride_0_as_one_sample_repeated) {
  const float value = 4;
  Array out(SampleType::f32, {5, 7});
  ArrayPlan({5, 7}, SampleType::f32, SampleType::f32, blur({0, 1}))
      .run({&value, SampleType::f32, {5, 7}, {0, 0}}, out.out());
  out.for_each([&](const std::vector<int64_t>& at) { EXPECT_NEAR(out.get(at), 4, 1e-5); });
}

}  // namespace
}  // namespace sepconv::test
