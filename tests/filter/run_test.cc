// FilterPlan::run: buffers are checked before anything is written, and only outputs are written.
#include <gtest/gtest.h>

#include <functional>

#include "filter/typed_image.h"
#include "sepconv/error.h"

namespace sepconv::test {
namespace {

constexpr ImageShape kShape{40, 20, 3};

FilterPlan plan_for(ImageShape shape) {
  return FilterPlan(shape, SampleType::u8, SampleType::u8, gaussian(1.5));
}

void expect_refused(const std::function<void()>& run, const std::string& words) {
  try {
    run();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(Run, refuses_buffers_that_are_not_the_plans_and_leaves_out_untouched) {
  const FilterPlan plan = plan_for(kShape);
  std::mt19937 random(1);
  TypedImage in(SampleType::u8, kShape), out(SampleType::u8, kShape);
  in.fill(Pattern::noise, random);
  out.fill(Pattern::noise, random);
  const std::vector<std::byte> before = out.bytes();

  TypedImage small(SampleType::u8, {39, 20, 3}), wide(SampleType::u16, kShape);
  expect_refused([&] { plan.run(small.in(), out.out()); },
                 "in is 39x20x3; the plan is for 40x20x3");
  expect_refused([&] { plan.run(in.in(), small.out()); }, "out is 39x20x3");
  expect_refused([&] { plan.run(wide.in(), out.out()); }, "in is u16; the plan is for u8");
  expect_refused([&] { plan.run(in.in(), wide.out()); }, "out is u16");
  ConstImageRef nothing = in.in();
  nothing.data = nullptr;
  expect_refused([&] { plan.run(nothing, out.out()); }, "in has no data");
  ImageRef tight = out.out();
  tight.row_stride = 119;
  expect_refused([&] { plan.run(in.in(), tight); },
                 "samples of out share memory (strides 119, 3, 1 of rows, pixels, channels)");
  tight = out.out();
  tight.channel_stride = 0;
  expect_refused([&] { plan.run(in.in(), tight); }, "samples of out share memory");
  EXPECT_EQ(out.bytes(), before);
}

TEST(Run, refuses_out_that_overlaps_in) {
  std::vector<uint8_t> memory(40 * 60);
  const ImageView<uint8_t> top(memory.data(), {40, 20, 1});
  const ImageView<uint8_t> shifted(memory.data() + 19 * 40, {40, 20, 1});
  const FilterPlan plan = plan_for({40, 20, 1});
  expect_refused([&] { plan.run(top, top); }, "out overlaps in");
  expect_refused([&] { plan.run(top, shifted); }, "out overlaps in");
  EXPECT_NO_THROW(plan.run(top, ImageView<uint8_t>(memory.data() + 20 * 40, {40, 20, 1})));
}

TEST(Run, filters_one_half_of_a_buffer_into_the_other) {
  std::vector<uint8_t> memory(80 * 20, 9);
  const ImageView<uint8_t> left(memory.data(), {40, 20, 1}, 80);
  const ImageView<uint8_t> right(memory.data() + 40, {40, 20, 1}, 80);
  const ImageView<uint8_t> across(memory.data() + 39, {40, 20, 1}, 80);
  const FilterPlan plan = plan_for({40, 20, 1});
  EXPECT_NO_THROW(plan.run(left, right));
  expect_refused([&] { plan.run(left, across); }, "out overlaps in");
}

TEST(Run, writes_outputs_and_nothing_between_rows) {
  std::mt19937 random(2);
  for (const SampleType type : {SampleType::u8, SampleType::f32}) {
    TypedImage in(type, kShape, 5);
    in.fill(Pattern::noise, random);
    const int64_t padding = 7, stride = kShape.width * kShape.channels + padding;
    std::vector<std::byte> memory(stride * kShape.height * sample_bytes(type), std::byte{0xAB});
    FilterPlan(kShape, type, type, gaussian(1.5))
        .run(in.in(), ImageRef(memory.data(), type, kShape, stride));
    for (int64_t y = 0; y < kShape.height; ++y) {
      const int64_t first = (y * stride + stride - padding) * sample_bytes(type);
      for (int64_t i = 0; i < padding * sample_bytes(type); ++i) {
        ASSERT_EQ(memory[first + i], std::byte{0xAB}) << "row " << y;
      }
    }
  }
}

TEST(Run, a_plan_serves_many_images_and_contexts) {
  std::mt19937 random(3);
  const FilterPlan plan = plan_for(kShape);
  Context context(2);
  for (int i = 0; i < 3; ++i) {
    TypedImage in(SampleType::u8, kShape), a(SampleType::u8, kShape), b(SampleType::u8, kShape);
    in.fill(Pattern::noise, random);
    plan.run(in.in(), a.out(), context);
    plan.run(in.in(), b.out());
    EXPECT_EQ(a.bytes(), b.bytes());
  }
}

TEST(Run, the_one_call_function_is_a_plan_and_a_run) {
  Image<uint8_t> in({5, 4, 1}), out({5, 4, 1});
  in.row(2)[2] = 160;
  filter(in, out, binomial(3, 3));
  EXPECT_EQ(out.row(2)[2], 40);
  EXPECT_EQ(out.row(1)[1], 10);
  EXPECT_EQ(out.row(0)[0], 0);
}

}  // namespace
}  // namespace sepconv::test
