// The choice between taps and recursive filters, mixed axes, types, strides, threads and what
// explain() says of it all.
#include "filter/gaussian/ways.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sepconv/error.h"

namespace sepconv {
namespace {

using Methods = std::vector<GaussianMethod>;
constexpr auto kFir = GaussianMethod::fir;
constexpr auto kRecursive = GaussianMethod::recursive;
constexpr SampleType kTypes[] = {SampleType::u8,  SampleType::u16, SampleType::i16,
                                 SampleType::i32, SampleType::f32, SampleType::f64};

GaussianPlan float_plan(std::vector<GaussianAxis> axes, const GaussianOptions& options) {
  return GaussianPlan({600, 800}, SampleType::f32, SampleType::f32, std::move(axes), options);
}

TEST(GaussianWays, wide_ones_are_recursive_within_a_budget_and_only_there) {
  EXPECT_EQ(float_plan({{0, 50}, {1, 50}}, {}).methods(), Methods(2, kFir));
  EXPECT_EQ(float_plan({{0, 50}, {1, 50}}, {.max_error = 1e-3}).methods(), Methods(2, kRecursive));
  EXPECT_EQ(float_plan({{0, 1}, {1, 1}}, {.max_error = 1e-2}).methods(), Methods(2, kFir));
  EXPECT_EQ(float_plan({{0, 50}, {1, 50}}, {.max_error = 1e-9}).methods(), Methods(2, kFir));
  EXPECT_EQ(float_plan({{0, 50}}, {.max_error = 1e-3, .method = kFir}).methods(), Methods{kFir});
}

TEST(GaussianWays, each_axis_has_its_own_in_the_order_given) {
  const GaussianOptions budget{.max_error = 1e-2};
  EXPECT_EQ(float_plan({{1, 50}, {0, 0.5}}, budget).methods(), (Methods{kRecursive, kFir}));
  // What lies between the passes needs floats; different constants need the order of the axes.
  const GaussianPlan levels({600, 800}, SampleType::u8, SampleType::u8, {{1, 50}, {0, 0.5}},
                            budget);
  EXPECT_EQ(levels.methods()[0], levels.methods()[1]);
  const GaussianPlan corners =
      float_plan({{0, 50, 0, Border::constant, 1.0}, {1, 0.5, 0, Border::constant, 2.0}}, budget);
  EXPECT_EQ(corners.methods()[0], corners.methods()[1]);
}

TEST(GaussianWays, more_than_three_axes_need_a_budget) {
  const std::vector<GaussianAxis> axes{{0, 2}, {1, 2}, {2, 2}, {3, 2}};
  const auto f32 = SampleType::f32;
  EXPECT_THROW(GaussianPlan({4, 4, 4, 4}, f32, f32, axes), InvalidArgument);
  EXPECT_EQ(GaussianPlan({4, 4, 4, 4}, f32, f32, axes, {.max_error = 0.1}).methods().size(), 4u);
}

TEST(GaussianWays, a_budget_too_small_is_refused_with_the_best_there_is) {
  try {
    float_plan({{0, 20}}, {.max_error = 1e-9, .method = kRecursive});
    ADD_FAILURE() << "not refused";
  } catch (const InvalidArgument& error) {
    const std::string words = error.what();
    EXPECT_NE(words.find("max_error is 1e-09; recursive filters are within"), std::string::npos)
        << words;
  }
}

TEST(GaussianWays, explain_has_every_way_the_chosen_one_first) {
  const GaussianPlan plan = float_plan({{0, 50}, {1, 50}}, {.max_error = 1e-3});
  const Explanation explanation = plan.explain();
  ASSERT_GE(explanation.methods.size(), 5u);
  EXPECT_TRUE(explanation.methods[0].chosen);
  EXPECT_EQ(explanation.methods[0].method, "recursive");
  EXPECT_EQ(explanation.methods[0].cost.stages.size(), 2u);
  EXPECT_EQ(explanation.methods[0].error_bound, plan.error_bound(1.0));
  EXPECT_EQ(std::count_if(explanation.methods.begin(), explanation.methods.end(),
                          [](const MethodReport& report) { return report.method == "fir"; }),
            1);
  for (const MethodReport& report : explanation.methods) {
    EXPECT_GT(report.predicted_seconds, 0);
    EXPECT_FALSE(report.reason.empty());
  }
  EXPECT_EQ(float_plan({{0, 1}}, {}).explain().methods[0].method, "fir");
}

TEST(GaussianWays, an_integer_output_needs_a_buffer_between_passes_and_says_so) {
  const auto plan = [](SampleType type) {
    return GaussianPlan({600, 800}, type, type, {{0, 50}, {1, 50}},
                        {.max_error = 1e-2, .method = kRecursive});
  };
  EXPECT_GE(plan(SampleType::u8).scratch_bytes(), 600 * 800 * 4);
  EXPECT_LT(plan(SampleType::f32).scratch_bytes(), 600 * 800);
}

/// An array of random samples in a layout of its own.
struct Samples {
  Samples(SampleType type, const std::vector<int64_t>& shape, bool is_fortran) {
    ref.type = type;
    ref.shape = shape;
    ref.strides.resize(shape.size());
    int64_t stride = 1;
    for (size_t i = 0; i < shape.size(); ++i) {
      const size_t a = is_fortran ? i : shape.size() - 1 - i;
      ref.strides[a] = stride;
      stride *= shape[a];
    }
    bytes.resize(stride * 8);
    ref.data = bytes.data();
  }
  double get(int64_t at) const {
    return visit_type(ref.type, [&]<class T>(std::type_identity<T>) {
      return static_cast<double>(static_cast<const T*>(ref.data)[at]);
    });
  }
  void fill(uint32_t seed) {
    std::mt19937 random(seed);
    visit_type(ref.type, [&]<class T>(std::type_identity<T>) {
      for (size_t i = 0; i < bytes.size() / 8; ++i) {
        static_cast<T*>(ref.data)[i] =
            static_cast<T>(std::uniform_real_distribution<>(0, 255)(random));
      }
    });
  }
  std::vector<std::byte> bytes;
  ArrayRef ref;
};

TEST(GaussianWays, types_layouts_and_threads_stay_within_the_bound) {
  const std::vector<int64_t> shape{21, 13, 34};
  int count = 0;
  for (const SampleType in_type : kTypes) {
    for (const SampleType out_type : kTypes) {
      ++count;
      Samples in(in_type, shape, count % 2 == 0), exact(SampleType::f64, shape, false);
      in.fill(count);
      std::vector<GaussianAxis> axes{{2, 6, 0, Border::constant, 7}, {0, 3, 0, Border::wrap}};
      if (count % 3 == 0) axes.push_back({1, 0.6, 0, Border::constant, 9});
      GaussianOptions options{.scale = 0.5, .offset = 10};
      GaussianPlan(shape, in_type, SampleType::f64, axes, options).run(in.ref, exact.ref);
      options.max_error = count % 4 == 0 ? 1e-3 : 5e-3;
      options.method = count % 5 == 0 ? GaussianMethod::automatic : kRecursive;
      options.rounding = count % 2 == 0 ? Rounding::truncate : Rounding::nearest;
      const GaussianPlan plan(shape, in_type, out_type, axes, options);
      Samples out(out_type, shape, false), again(out_type, shape, false);
      plan.run(in.ref, out.ref);
      for (int64_t i = 0; i < 21 * 13 * 34; ++i) {
        ASSERT_NEAR(out.get(i), exact.get(i), plan.error_bound(255) + 1e-9)
            << name(in_type) << " to " << name(out_type) << "\n"
            << plan.explain().to_text();
      }
      options.threads = 2 + count % 3;
      GaussianPlan(shape, in_type, out_type, axes, options).run(in.ref, again.ref);
      EXPECT_EQ(out.bytes, again.bytes) << options.threads << " threads";
    }
  }
}

TEST(GaussianWays, a_nan_stays_within_the_radius_by_taps_and_takes_its_line_recursively) {
  const std::vector<int64_t> shape{2, 200};
  const auto nans = [&](const GaussianOptions& options) {
    std::vector<float> in(400, 1.0f), out(400);
    in[100] = NAN;
    const auto f32 = SampleType::f32;
    GaussianPlan(shape, f32, f32, {{1, 3}}, options)
        .run(ConstArrayRef::packed(in.data(), f32, shape),
             ArrayRef::packed(out.data(), f32, shape));
    return std::count_if(out.begin(), out.end(), [](float x) { return std::isnan(x); });
  };
  EXPECT_EQ(nans({}), 25);
  EXPECT_EQ(nans({.max_error = 0.1, .method = kRecursive}), 200);
}

}  // namespace
}  // namespace sepconv
