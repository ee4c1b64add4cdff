// Filters of incomplete data against the quotient of two sums written out: random shapes, strides,
// borders, types and masks on every target; what reaches which output; and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include "filter/border.h"
#include "filter/strided_array.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr auto kF32 = SampleType::f32;

/// What an output of that type makes of a value.
double clamped_to(SampleType type, double value) {
  if (!is_integer(type)) return value;
  return visit_type(type, [&]<class T>(std::type_identity<T>) {
    return std::clamp(value, static_cast<double>(std::numeric_limits<T>::lowest()),
                      static_cast<double>(std::numeric_limits<T>::max()));
  });
}

/// InvalidArgument with these words in its message.
void expect_refused(const std::function<void()>& request, const std::string& words) {
  try {
    request();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

double sum_of(const std::vector<double>& taps) {
  return std::accumulate(taps.begin(), taps.end(), 0.0);
}

struct Sums {
  double values = 0;
  double weights = 0;
};

/// A request with its arrays; samples that are missing hold what would be seen if it counted.
struct MissingCase {
  std::unique_ptr<Array> in, mask, out;
  std::vector<AxisFilter> filters;
  ArrayOptions options;

  bool is_missing(const std::vector<int64_t>& at) const {
    if (options.missing == Missing::nan) return std::isnan(in->get(at));
    return mask->get(at) == 0;
  }

  /// Both sums of one output, exactly: filters multiplied out from the one at position next on.
  Sums sums_at(size_t next, std::vector<int64_t> at) const {
    if (next == filters.size()) return is_missing(at) ? Sums{} : Sums{in->get(at), 1};
    const AxisFilter& filter = filters[next];
    const int64_t centre = at[filter.axis], size = in->shape()[filter.axis];
    double beyond = filter.border == Border::constant ? 1 : 0;
    for (size_t f = next + 1; f < filters.size(); ++f) beyond *= sum_of(filters[f].taps);
    Sums sums;
    for (int64_t j = 0; j < static_cast<int64_t>(filter.taps.size()); ++j) {
      at[filter.axis] = border_index(centre + j - filter.anchor, size, filter.border);
      const Sums tap = at[filter.axis] == kNoSample ? Sums{beyond * filter.border_value, beyond}
                                                    : sums_at(next + 1, at);
      sums.values += filter.taps[j] * tap.values;
      sums.weights += filter.taps[j] * tap.weights;
    }
    return sums;
  }

  double all_taps() const {
    double product = 1;
    for (const AxisFilter& filter : filters) product *= sum_of(filter.taps);
    return product;
  }

  double fill() const { return options.fill.value_or(is_integer(out->type()) ? 0 : kNan); }

  /// Runs a plan on this case and holds every output against the exact one.
  void check() {
    const ArrayPlan plan(in->shape(), in->type(), out->type(), filters, options);
    if (options.missing == Missing::nan) {
      plan.run(in->in(), out->out());
    } else {
      plan.run(in->in(), mask->in(), out->out());
    }
    const double bound = plan.error_bound() * (1 + 1e-9);
    out->for_each([&](const std::vector<int64_t>& at) {
      const Sums sums = sums_at(0, at);
      const double share = sums.weights / all_taps();
      if (share > 0 && std::abs(share - options.min_weight) < 1e-5) return;  // either is right
      const double mean = sums.values / sums.weights;
      const double exact = options.scale * all_taps() * mean + options.offset;
      const bool is_filled = share == 0 || share < options.min_weight;
      const double expected = is_filled ? fill() : clamped_to(out->type(), exact);
      if (std::isnan(expected)) {
        ASSERT_TRUE(std::isnan(out->get(at))) << out->get(at);
      } else {
        ASSERT_NEAR(out->get(at), expected, bound) << plan.explain().to_text();
      }
    });
  }
};

int64_t below(std::mt19937& random, int64_t n) {
  return std::uniform_int_distribution<int64_t>(0, n - 1)(random);
}

std::vector<AxisFilter> random_filters(std::mt19937& random, int axes, bool is_f32_out) {
  std::vector<int> order(axes);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  order.resize(std::min<int64_t>(axes, below(random, 4)));
  std::sort(order.rbegin(), order.rend());  // the later axis' border counts, as in sums_at
  std::vector<AxisFilter> filters;
  for (const int axis : order) {
    AxisFilter filter{axis, std::vector<double>(1 + below(random, 6))};
    for (double& tap : filter.taps) tap = std::uniform_real_distribution<double>(0, 1)(random);
    if (filter.taps.size() > 2 && below(random, 3) == 0) filter.taps[1] = 0;
    filter.anchor = below(random, static_cast<int64_t>(filter.taps.size()));
    filter.border = kBorders[below(random, 6)];
    if (filter.border == Border::constant) filter.border_value = is_f32_out ? 1 : 3;
    filters.push_back(filter);
  }
  return filters;
}

MissingCase random_case(uint32_t seed) {
  std::mt19937 random(seed);
  MissingCase c;
  const int axes = static_cast<int>(1 + below(random, 5));
  std::vector<int64_t> shape(axes);
  for (int64_t& size : shape) size = 1 + below(random, axes > 3 ? 5 : 11);
  if (below(random, 2) == 0) shape.back() = 1 + below(random, 50);
  if (axes < 3 && below(random, 4) == 0) shape[below(random, axes)] = 700 + below(random, 1500);
  const SampleType in_type = kTypes[below(random, 6)];
  c.in = std::make_unique<Array>(in_type, shape);
  c.mask = std::make_unique<Array>(SampleType::u8, shape);
  c.out = std::make_unique<Array>(kTypes[below(random, 6)], shape);
  for (Array* array : {c.in.get(), c.mask.get(), c.out.get()}) {
    if (below(random, 3) == 0) array->shuffle_layout(random, 1 + below(random, 2));
  }
  c.in->fill(random);
  c.filters = random_filters(random, axes, !is_integer(in_type));
  const int64_t missing_of_8 = below(random, 9);
  const bool by_nan = !is_integer(in_type) && below(random, 2) == 0;
  c.options.missing = by_nan ? Missing::nan : Missing::masked;
  c.mask->for_each([&](const std::vector<int64_t>& at) {
    const bool is_missing = below(random, 8) < missing_of_8;
    c.mask->set(at, is_missing ? 0 : 1 + below(random, 255));
    if (!is_missing) return;
    const double unseen = below(random, 2) == 0 ? kNan : kInfinity;
    if (!is_integer(in_type)) c.in->set(at, by_nan ? kNan : unseen);
  });
  c.options.rounding = below(random, 2) == 0 ? Rounding::truncate : Rounding::nearest;
  c.options.threads = static_cast<int>(1 + below(random, 3));
  c.options.in_double = below(random, 4) == 0;
  if (below(random, 3) == 0) c.options.scale = -0.5, c.options.offset = 7;
  if (below(random, 3) == 0) c.options.min_weight = 0.25 * static_cast<double>(below(random, 5));
  if (below(random, 3) == 0) c.options.fill = 5;
  return c;
}

TEST(Missing, stays_within_its_bound_on_random_requests_and_targets) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (uint32_t seed = 0; seed < 700 && !::testing::Test::HasFailure(); ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", target " + target.name);
      random_case(seed).check();
    }
  }
  simd::force_target(0);
}

std::vector<AxisFilter> gaussian(const std::vector<int>& axes, int radius,
                                 Border border = Border::reflect101) {
  std::vector<double> taps;
  const double sigma = radius / 3.0;
  for (int i = -radius; i <= radius; ++i) taps.push_back(std::exp(-i * i / (2 * sigma * sigma)));
  const double sum = sum_of(taps);
  for (double& tap : taps) tap /= sum;
  std::vector<AxisFilter> filters;
  for (const int axis : axes) filters.push_back({axis, taps, radius, border});
  return filters;
}

/// As many equal taps along an axis as its entry of sizes says.
std::vector<AxisFilter> box(const std::vector<int64_t>& sizes, Border border = Border::reflect101) {
  std::vector<AxisFilter> filters;
  for (int axis = 0; axis < static_cast<int>(sizes.size()); ++axis) {
    const double tap = 1 / static_cast<double>(sizes[axis]);
    filters.push_back({axis, std::vector<double>(sizes[axis], tap), sizes[axis] / 2, border});
  }
  std::reverse(filters.begin(), filters.end());  // the later axis' border counts, as in sums_at
  return filters;
}

MissingCase noise(const std::vector<int64_t>& shape, SampleType in, SampleType out,
                  std::vector<AxisFilter> filters, double share_valid) {
  std::mt19937 random(3);
  MissingCase c;
  c.in = std::make_unique<Array>(in, shape);
  c.mask = std::make_unique<Array>(SampleType::u8, shape);
  c.out = std::make_unique<Array>(out, shape);
  c.in->fill(random);
  std::bernoulli_distribution is_valid(share_valid);
  c.mask->for_each([&](const std::vector<int64_t>& at) { c.mask->set(at, is_valid(random)); });
  c.filters = std::move(filters);
  c.options.missing = Missing::masked;
  return c;
}

void run(MissingCase& c) {
  ArrayPlan(c.in->shape(), c.in->type(), c.out->type(), c.filters, c.options)
      .run(c.in->in(), c.mask->in(), c.out->out());
}

TEST(Missing, keeps_its_bound_with_long_kernels_and_few_samples) {
  noise({90, 150}, kF32, kF32, gaussian({0, 1}, 30), 0.01).check();
  noise({1, 2000}, SampleType::u16, SampleType::u16, gaussian({1}, 60), 0.05).check();
  noise({20, 17, 30}, SampleType::u8, kF32, gaussian({0, 1, 2}, 5), 0.3).check();
  noise({40, 50, 3}, kF32, SampleType::u8, gaussian({0, 1}, 4, Border::wrap), 0.5).check();
  EXPECT_LT(ArrayPlan({90, 150}, kF32, kF32, gaussian({0, 1}, 30), {.missing = Missing::nan})
                .error_bound(),
            2e-5);
}

TEST(Missing, stays_within_its_bound_for_boxes_shorter_and_longer_than_the_array) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    SCOPED_TRACE(target.name);
    for (const auto& [down, across] : {std::pair{3, 3}, {9, 10}, {31, 9}, {101, 4}, {5, 101}}) {
      for (const Border border : kBorders) {
        MissingCase c = noise({12, 19}, kF32, kF32, box({down, across}, border), 0.3);
        c.check();
        c.options.min_weight = 0.3;
        c.options.missing = Missing::nan;
        c.in->for_each([&](const std::vector<int64_t>& at) {
          if (c.mask->get(at) == 0) c.in->set(at, kNan);
        });
        c.check();
      }
    }
    noise({20, 30}, SampleType::u16, SampleType::u8, box({13, 11}, Border::zero), 0.1).check();
    noise({9, 20, 30}, SampleType::u8, kF32, box({9, 9, 11}, Border::constant), 0.4).check();
    noise({40, 21, 3}, SampleType::i16, SampleType::i16, box({11, 9, 1}), 0.4).check();
  }
  simd::force_target(0);
}

TEST(Missing, is_the_ordinary_filter_where_all_are_valid) {
  for (const Border border : {Border::reflect101, Border::constant, Border::replicate}) {
    MissingCase c = noise({37, 90}, kF32, kF32, gaussian({0, 1}, 4, border), 1);
    for (AxisFilter& filter : c.filters) filter.taps[1] += 1;  // their sum is not 1
    run(c);
    Array plain(kF32, c.in->shape());
    const ArrayPlan plan(c.in->shape(), kF32, kF32, c.filters);
    plan.run(c.in->in(), plain.out());
    plain.for_each([&](const std::vector<int64_t>& at) {
      EXPECT_NEAR(c.out->get(at), plain.get(at), 3 * plan.error_bound());
    });
  }
}

TEST(Missing, makes_edges_means_of_what_is_inside_with_the_zero_border) {
  Array in(kF32, {9, 11}), mask(SampleType::u8, {9, 11}), out(kF32, {9, 11});
  in.for_each([&](const std::vector<int64_t>& at) { in.set(at, 0.75), mask.set(at, 1); });
  ArrayPlan({9, 11}, kF32, kF32, gaussian({0, 1}, 7, Border::zero), {.missing = Missing::masked})
      .run(in.in(), mask.in(), out.out());
  out.for_each([&](const std::vector<int64_t>& at) { EXPECT_NEAR(out.get(at), 0.75, 1e-6); });
}

TEST(Missing, keeps_constant_images_of_integers_exactly) {
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    MissingCase c = noise({40, 60}, type, type, gaussian({0, 1}, 6), 0.4);
    c.in->for_each([&](const std::vector<int64_t>& at) { c.in->set(at, 201); });
    run(c);
    c.out->for_each([&](const std::vector<int64_t>& at) { EXPECT_EQ(c.out->get(at), 201); });
  }
}

TEST(Missing, lets_valid_nan_and_infinity_reach_only_their_windows) {
  const auto check = [](double special, const std::vector<int64_t>& shape,
                        const std::vector<AxisFilter>& filters) {
    MissingCase c = noise(shape, kF32, kF32, filters, 0.6);
    const std::vector<int64_t> centre(shape.size(), 7);
    c.in->set(centre, special);
    c.mask->set(centre, 1);
    run(c);
    const int64_t radius = static_cast<int64_t>(filters[0].taps.size()) / 2;
    c.out->for_each([&](const std::vector<int64_t>& at) {
      int64_t distance = 0;
      for (size_t a = 0; a < at.size(); ++a) {
        distance = std::max(distance, std::abs(at[a] - centre[a]));
      }
      EXPECT_EQ(std::isfinite(c.out->get(at)), distance > radius) << distance;
    });
  };
  for (const double special : {kNan, kInfinity}) {
    check(special, {30, 40}, gaussian({0, 1}, 3, Border::zero));
    check(special, {12, 14, 40}, gaussian({0, 1, 2}, 3, Border::zero));
    check(special, {60, 70}, box({11, 11}, Border::zero));
    check(special, {20, 30, 40}, box({9, 9, 9}, Border::zero));
  }
}

TEST(Missing, fills_where_too_few_weights_are_valid) {
  MissingCase c = noise({1, 8}, kF32, kF32, {{1, {1, 1, 1, 1}, 0, Border::zero}}, 1);
  c.options.fill = -9;
  for (const auto& [min_weight, filled] : {std::pair{0.0, 0}, {0.25, 0}, {0.5, 1}, {1.0, 3}}) {
    c.options.min_weight = min_weight;
    run(c);
    for (int64_t x = 0; x < 8; ++x) {
      EXPECT_EQ(c.out->get({0, x}) == -9, x >= 8 - filled) << min_weight << " at " << x;
    }
  }
}

TEST(Missing, counts_whole_windows_as_whole_whatever_their_sums_round_to) {
  MissingCase c = noise({30, 100}, kF32, kF32, gaussian({0, 1}, 17), 1);
  c.options.min_weight = 1;
  run(c);
  c.out->for_each(
      [&](const std::vector<int64_t>& at) { EXPECT_FALSE(std::isnan(c.out->get(at))); });
}

TEST(Missing, fills_everything_where_nothing_is_valid) {
  for (const SampleType type : kTypes) {
    MissingCase c = noise({5, 30}, type, type, gaussian({0, 1}, 2), 0);
    run(c);
    c.out->for_each([&](const std::vector<int64_t>& at) {
      EXPECT_TRUE(is_integer(type) ? c.out->get(at) == 0 : std::isnan(c.out->get(at)));
    });
  }
}

TEST(Missing, gives_the_same_bits_for_every_thread_count_and_strip) {
  for (const auto& filters : {gaussian({0, 1}, 4), gaussian({0, 1}, 1), box({9, 9})}) {
    MissingCase c = noise({300, 2500}, kF32, kF32, filters, 0.5);
    // Rows that are whole or empty in some strips, and not in others.
    c.mask->for_each([&](const std::vector<int64_t>& at) {
      const int64_t row = at[0] % 100;
      if (at[1] < 1100 && 20 <= row && row < 60) c.mask->set(at, 1);
      if (at[1] < 1400 && 60 <= row && row < 90) c.mask->set(at, 0);
    });
    run(c);
    const std::vector<std::byte> one = c.out->bytes();
    c.options.threads = 4;
    run(c);
    EXPECT_EQ(c.out->bytes(), one);
    // The same samples where they lie elsewhere in strips and vectors.
    MissingCase part = noise({300, 700}, kF32, kF32, filters, 0.5);
    part.in->for_each([&](const std::vector<int64_t>& at) {
      part.in->set(at, c.in->get({at[0], at[1] + 801}));
      part.mask->set(at, c.mask->get({at[0], at[1] + 801}));
    });
    run(part);
    part.out->for_each([&](const std::vector<int64_t>& at) {
      if (at[1] < 4 || at[1] >= 696) return;
      const double whole = c.out->get({at[0], at[1] + 801});
      if (std::isnan(whole) && std::isnan(part.out->get(at))) return;
      ASSERT_EQ(part.out->get(at), whole) << at[0] << ", " << at[1];
    });
  }
}

TEST(Missing, gives_integers_the_same_bits_on_every_target) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{60, 130}, {10, 20, 61}}) {
    std::vector<int> all(shape.size());
    std::iota(all.begin(), all.end(), 0);
    for (const auto& filters : {gaussian(all, 5), box(std::vector<int64_t>(shape.size(), 9))}) {
      MissingCase c = noise(shape, SampleType::u16, SampleType::u16, filters, 0.5);
      run(c);
      const std::vector<std::byte> best = c.out->bytes();
      for (const simd::Target& target : simd::usable_targets()) {
        simd::force_target(target.id);
        run(c);
        EXPECT_EQ(c.out->bytes(), best) << target.name;
      }
      simd::force_target(0);
    }
  }
}

TEST(Missing, takes_a_mask_that_is_one_row_for_all) {
  const std::vector<uint8_t> row = {1, 0, 1, 1, 0};
  Array in(kF32, {4, 5}), mask(SampleType::u8, {4, 5}), out(kF32, {4, 5}), same(kF32, {4, 5});
  std::mt19937 random(1);
  in.fill(random);
  mask.for_each([&](const std::vector<int64_t>& at) { mask.set(at, row[at[1]]); });
  const ArrayPlan plan({4, 5}, kF32, kF32, gaussian({0, 1}, 1), {.missing = Missing::masked});
  plan.run(in.in(), mask.in(), same.out());
  plan.run(in.in(), {row.data(), SampleType::u8, {4, 5}, {0, 1}}, out.out());
  EXPECT_EQ(out.bytes(), same.bytes());
}

TEST(Missing, refuses_what_has_no_meaning) {
  const auto plan = [](std::vector<double> taps, ArrayOptions options,
                       SampleType type = SampleType::u8) {
    ArrayPlan({3, 40}, type, type, {{1, std::move(taps)}}, options);
  };
  const ArrayOptions masked{.missing = Missing::masked};
  expect_refused([&] { plan({1, 0, -1}, masked); }, "a tap of axis 1 is -1");
  expect_refused([&] { plan({0, 0}, masked); }, "taps of axis 1 sum to 0");
  expect_refused([&] { plan({1e308, 1e308}, masked); }, "taps of axis 1 sum to inf");
  expect_refused([&] { plan({1}, {.missing = Missing::nan}); }, "in is u8; expected f32 or f64");
  expect_refused([&] { plan({1}, {.missing = Missing::masked, .min_weight = 1.5}); },
                 "min_weight is 1.5");
  expect_refused([&] { plan({1}, {.missing = Missing::masked, .min_weight = kNan}); },
                 "min_weight is nan");
  expect_refused([&] { plan({1}, {.missing = Missing::masked, .fill = kNan}); }, "fill is nan");
  expect_refused([&] { plan({1}, {.min_weight = 0.5}); }, "are for missing samples");
  expect_refused([&] { plan({1}, {.fill = 0}); }, "are for missing samples");
}

TEST(Missing, refuses_masks_that_are_not_the_plans_and_leaves_out_untouched) {
  MissingCase c = noise({4, 6}, kF32, kF32, gaussian({0, 1}, 1), 0.5);
  const ArrayPlan plan({4, 6}, kF32, kF32, c.filters, c.options);
  const std::vector<std::byte> before = c.out->bytes();
  Array other(SampleType::u8, {6, 4}), floats(kF32, {4, 6});
  const auto run_with = [&](const ConstArrayRef& mask) {
    plan.run(c.in->in(), mask, c.out->out());
  };
  expect_refused([&] { run_with(other.in()); }, "mask has shape (6, 4)");
  expect_refused([&] { run_with(floats.in()); }, "mask is f32; the plan is for u8");
  expect_refused([&] { run_with({nullptr, SampleType::u8, {4, 6}, {6, 1}}); }, "mask has no data");
  expect_refused(
      [&] {
        run_with({c.out->in().data, SampleType::u8, {4, 6}, {6, 1}});
      },
      "out overlaps mask");
  expect_refused([&] { plan.run(c.in->in(), c.out->out()); }, "needs a mask");
  const ArrayPlan plain({4, 6}, kF32, kF32, c.filters);
  expect_refused([&] { plain.run(c.in->in(), c.mask->in(), c.out->out()); }, "mask is given");
  EXPECT_EQ(c.out->bytes(), before);
}

}  // namespace
}  // namespace sepconv::test
