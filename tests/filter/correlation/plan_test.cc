// CorrelationPlan against its sums written out, bit by bit: random shapes, kernels, strides,
// borders, types, orders, targets and threads; and what it refuses.
#include <gtest/gtest.h>

#include <limits>

#include "filter/border.h"
#include "filter/correlation/taps.h"
#include "filter/strided_array.h"
#include "sepconv/correlation.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

using Index = std::vector<int64_t>;

/// What a request has, from a seed.
struct RandomCase {
  explicit RandomCase(uint32_t seed) : random(seed) {
    const int64_t axes = 1 + below(5);
    Index shape(axes);
    for (int64_t& size : shape) size = 1 + below(axes > 3 ? 4 : 9);
    if (below(3) == 0) shape.back() = 1 + below(axes > 2 ? 70 : 300);
    in = std::make_unique<Array>(kTypes[below(6)], shape);
    out = std::make_unique<Array>(kTypes[below(6)], shape);
    if (below(3) == 0) in->shuffle_layout(random, 1 + below(2));
    if (below(3) == 0) out->shuffle_layout(random, 1 + below(2));
    in->fill(random);
    set_kernel(axes);
    options.rounding = below(2) == 0 ? Rounding::truncate : Rounding::nearest;
    options.threads = static_cast<int>(1 + below(4));
    options.in_double = below(4) == 0;
    if (below(3) == 0) options.scale = -0.5, options.offset = 7;
  }

  void set_kernel(int64_t axes) {
    std::vector<int> order(axes);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    order.resize(std::min<int64_t>(axes, 1 + below(3)));
    Index shape(order.size()), anchor(order.size());
    for (size_t k = 0; k < shape.size(); ++k) {
      shape[k] = 1 + below(shape.size() == 1 ? 12 : 7);
      anchor[k] = below(shape[k]);
      KernelAxis axis{order[k], kBorders[below(6)]};
      if (axis.border == Border::constant) axis.border_value = 3 + static_cast<double>(k);
      placed.axes.push_back(axis);
    }
    const int64_t count =
        std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
    std::vector<double> taps(count);
    const bool is_sparse = below(3) == 0;
    for (double& tap : taps) {
      tap =
          is_sparse && below(4) == 0 ? 0 : std::uniform_real_distribution<double>(-0.5, 1)(random);
    }
    if (shape.size() == 1 && below(2) == 0) {
      placed.order = TapOrder::in_pairs;
      const double sign = below(3) - 1.0;
      for (int64_t i = 0; i < count && sign != 0; ++i) taps[count - 1 - i] = sign * taps[i];
    }
    placed.kernel = Kernel(shape, taps).with_anchor(anchor);
  }

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random); }

  std::mt19937 random;
  std::unique_ptr<Array> in, out;
  PlacedKernel placed{Kernel({1}, {1.0}), {}};
  ArrayOptions options;
};

/// The sample that the tap at index (in C order) meets for the output at a place.
double sample_at(const Array& in, const PlacedKernel& placed, Index at, int64_t index) {
  const Index& shape = placed.kernel.shape();
  int outside_axis = -1;
  double outside = 0;
  for (size_t k = shape.size(); k-- > 0; index /= shape[k]) {
    const KernelAxis& named = placed.axes[k];
    int64_t& place = at[named.axis];
    place = border_index(place + index % shape[k] - placed.kernel.anchor()[k],
                         in.shape()[named.axis], named.border);
    if (place != kNoSample || named.axis < outside_axis) continue;
    outside_axis = named.axis;
    outside = named.border == Border::constant ? named.border_value : 0;
  }
  return outside_axis >= 0 ? outside : in.get(at);
}

/// The sum of one output in type T, in the order that is asked for.
template <class T>
T sum_at(const RandomCase& c, const OrderedTaps& taps, const Index& at) {
  T sum = static_cast<T>(taps.start);
  for (size_t t = 0; t < taps.taps.size(); ++t) {
    T sample = static_cast<T>(sample_at(*c.in, c.placed, at, taps.samples[t]));
    if (taps.partners[t] != taps.samples[t]) {
      const T partner = static_cast<T>(sample_at(*c.in, c.placed, at, taps.partners[t]));
      const bool is_sum = taps.runs.back().use == simd::TapUse::sum;
      sample = is_sum ? sample + partner : sample - partner;
    }
    const T product = sample * static_cast<T>(taps.taps[t]);
    sum = sum + product;
  }
  if (c.options.scale != 1) sum *= static_cast<T>(c.options.scale);
  if (c.options.offset != 0) sum += static_cast<T>(c.options.offset);
  return sum;
}

double clamped(SampleType type, double value) {
  if (!is_integer(type)) return value;
  return visit_type(type, [&]<class T>(std::type_identity<T>) {
    return std::clamp(value, static_cast<double>(std::numeric_limits<T>::lowest()),
                      static_cast<double>(std::numeric_limits<T>::max()));
  });
}

double stored(SampleType type, double value, Rounding rounding) {
  if (type == SampleType::f32) return static_cast<float>(value);
  if (type == SampleType::f64) return value;
  return clamped(type, rounding == Rounding::truncate ? std::trunc(value) : std::nearbyint(value));
}

bool has_double_sums(const RandomCase& c) {
  const auto is_wide = [](SampleType t) { return t == SampleType::i32 || t == SampleType::f64; };
  return c.options.in_double || is_wide(c.in->type()) || is_wide(c.out->type());
}

TEST(CorrelationPlan, is_its_sums_written_out_bit_by_bit_on_every_target) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (uint32_t seed = 0; seed < 400 && !::testing::Test::HasFailure(); ++seed) {
      RandomCase c(seed);
      const CorrelationPlan plan(c.in->shape(), c.in->type(), c.out->type(), c.placed, c.options);
      plan.run(c.in->in(), c.out->out());
      const OrderedTaps taps = order_taps(c.placed.kernel, c.placed.order, false);
      c.out->for_each([&](const Index& at) {
        const double sum =
            has_double_sums(c) ? sum_at<double>(c, taps, at) : sum_at<float>(c, taps, at);
        ASSERT_EQ(c.out->get(at), stored(c.out->type(), sum, c.options.rounding))
            << "seed " << seed << ", target " << target.name << "\n"
            << plan.explain().to_text();
        const double exact = sum_at<double>(c, taps, at);
        ASSERT_NEAR(c.out->get(at), clamped(c.out->type(), exact),
                    plan.error_bound() + 1e-9 * std::abs(exact))
            << "seed " << seed;
      });
    }
  }
  simd::force_target(0);
}

TEST(CorrelationPlan, does_not_spread_nan_through_taps_of_zero) {
  Array in(SampleType::f64, {5}), out(SampleType::f64, {5});
  in.for_each([&](const Index& at) { in.set(at, at[0] == 2 ? NAN : 1.0); });
  const auto run = [&](TapOrder order) {
    const PlacedKernel placed{Kernel({3}, {1, 0, 1}), {{0, Border::wrap}}, order};
    CorrelationPlan({5}, SampleType::f64, SampleType::f64, placed).run(in.in(), out.out());
  };
  run(TapOrder::as_given);
  EXPECT_EQ(out.get({2}), 2);
  EXPECT_TRUE(std::isnan(out.get({1})) && std::isnan(out.get({3})));
  run(TapOrder::in_pairs);
  EXPECT_TRUE(std::isnan(out.get({2})));
}

TEST(CorrelationPlan, of_a_kernel_of_zeros_gives_its_offset) {
  Array in(SampleType::f32, {3, 40}), out(SampleType::f32, {3, 40});
  in.for_each([&](const Index& at) { in.set(at, NAN); });
  const PlacedKernel placed{Kernel({1, 3}, {0, 0, 0}), {{0}, {1}}};
  CorrelationPlan({3, 40}, SampleType::f32, SampleType::f32, placed, {.offset = 2})
      .run(in.in(), out.out());
  out.for_each([&](const Index& at) { EXPECT_EQ(out.get(at), 2); });
}

TEST(CorrelationPlan, of_integers_is_exact_and_divides_once) {
  Array in(SampleType::u8, {40}), out(SampleType::u8, {40});
  in.for_each([&](const Index& at) { in.set(at, static_cast<double>(at[0] * 37 % 256)); });
  const PlacedKernel placed{Kernel::from_integers({3}, {1, 1, 1}, 3), {{0, Border::wrap}}};
  CorrelationPlan({40}, SampleType::u8, SampleType::u8, placed).run(in.in(), out.out());
  for (int64_t x = 1; x < 39; ++x) {
    const double sum = in.get({x - 1}) + in.get({x}) + in.get({x + 1});
    EXPECT_EQ(out.get({x}), std::nearbyint(sum / 3));
  }
}

TEST(CorrelationPlan, cuts_long_rows_into_strips_and_shares_them_out) {
  Array in(SampleType::f32, {300000}), one(SampleType::f32, {300000}), two = one;
  std::mt19937 random(3);
  in.fill(random);
  const PlacedKernel placed{Kernel({7}, {1, 2, -3, 4, 5, -6, 7}), {{0, Border::symmetric}}};
  const CorrelationPlan plan(in.shape(), SampleType::f32, SampleType::f32, placed);
  EXPECT_LT(plan.scratch_bytes(), 1 << 20);
  plan.run(in.in(), one.out());
  CorrelationPlan(in.shape(), SampleType::f32, SampleType::f32, placed, {.threads = 3})
      .run(in.in(), two.out());
  EXPECT_EQ(one.bytes(), two.bytes());
  const auto expected = [&](int64_t x) {
    float sum = 0;
    for (int64_t t = 0; t < 7; ++t) {
      const int64_t from = border_index(x + t - 3, 300000, Border::symmetric);
      const float product =
          static_cast<float>(placed.kernel.taps()[t]) * static_cast<float>(in.get({from}));
      sum = sum + product;
    }
    return sum;
  };
  for (int64_t x = 0; x < 300000; x += x < 100 || x > 299900 ? 1 : 7) {
    ASSERT_EQ(one.get({x}), expected(x)) << x;
  }
}

void expect_refused(const std::function<void()>& request, const std::string& words) {
  try {
    request();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(CorrelationPlan, refuses_bad_requests_and_says_what_it_needs) {
  const Kernel row({2}, {1, 2}), square({2, 2}, {1, 2, 3, 4});
  const auto plan = [](Index shape, PlacedKernel placed, ArrayOptions options = {}) {
    CorrelationPlan(std::move(shape), SampleType::u8, SampleType::u8, placed, options);
  };
  expect_refused([&] { plan({}, {row, {{0}}}); }, "0 axes; expected 1 to 8");
  expect_refused([&] { plan({3, 0}, {row, {{0}}}); }, "axis 1 has size 0");
  expect_refused([&] { plan({3, 4}, {row, {{2}}}); }, "axis 2 of an array of 2 axes");
  expect_refused([&] { plan({3, 4}, {square, {{1}}}); }, "1 axes for a kernel of 2");
  expect_refused([&] { plan({3, 4}, {square, {{1}, {-1}}}); }, "axis 1 is named twice");
  expect_refused([&] { plan({3}, {row, {{0, Border::constant, 0.5}}}); }, "border_value");
  expect_refused([&] { plan({3, 4}, {square, {{0}, {1}}, TapOrder::in_pairs}); }, "in_pairs");
  expect_refused([&] { plan({3}, {row, {{0}}}, {.scale = NAN}); }, "scale is nan");
  expect_refused([&] { plan({3}, {row, {{0}}}, {.threads = 0}); }, "threads is 0");
  expect_refused(
      [&] {
        plan({3}, {row, {{0}}}, {.missing = Missing::nan});
      },
      "expected an ArrayPlan");
}

TEST(CorrelationPlan, refuses_arrays_that_are_not_the_plans) {
  const PlacedKernel placed{Kernel({2}, {1, 2}), {{0}}};
  const CorrelationPlan plan({4, 6}, SampleType::f32, SampleType::f32, placed);
  Array in(SampleType::f32, {4, 6}), other(SampleType::f32, {6, 4});
  expect_refused([&] { plan.run(other.in(), in.out()); }, "in has shape (6, 4); the plan is for");
  expect_refused([&] { plan.run(in.in(), other.out()); }, "out has shape");
  expect_refused([&] { plan.run(in.in(), in.out()); }, "out overlaps in");
}

}  // namespace
}  // namespace sepconv::test
