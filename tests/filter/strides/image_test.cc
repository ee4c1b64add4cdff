// Images filtered through any strides: the bits are those of the packed image.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "filter/typed_image.h"

namespace sepconv::test {
namespace {

/// Orders of an image's axes in memory, gaps between samples, and directions.
struct Arrangement {
  const char* name;
  int64_t outermost, middle, innermost;  // 0: rows, 1: pixels, 2: channels
  int64_t gap = 1;
  bool reverses_rows = false;
  bool reverses_pixels = false;
};
constexpr Arrangement kArrangements[] = {
    {"rows upside down", 0, 1, 2, 1, true},
    {"rows backwards", 0, 1, 2, 1, false, true},
    {"transposed", 1, 0, 2},
    {"turned round", 1, 0, 2, 1, true, true},
    {"every second sample", 0, 1, 2, 2},
    {"planes of channels", 2, 0, 1},
    {"transposed planes, reversed", 2, 1, 0, 3, true},
};

/// A copy of an image's samples, or room for them, arranged in another way.
class StridedImage {
 public:
  StridedImage(SampleType type, ImageShape shape, const Arrangement& how) {
    const int64_t sizes[] = {shape.height, shape.width, shape.channels};
    const bool is_reversed[] = {how.reverses_rows, how.reverses_pixels, false};
    int64_t strides[3], first = 0, stride = how.gap;
    for (const int64_t axis : {how.innermost, how.middle, how.outermost}) {
      strides[axis] = is_reversed[axis] ? -stride : stride;
      if (is_reversed[axis]) first += (sizes[axis] - 1) * stride;
      // What no sample is reached by does not matter.
      if (sizes[axis] == 1) strides[axis] = -int64_t{1} << 40;
      stride *= sizes[axis];
    }
    bytes_.resize(stride * sample_bytes(type), std::byte{0xAB});
    ref_ = ImageRef(bytes_.data() + first * sample_bytes(type), type, shape, strides[0]);
    ref_.pixel_stride = strides[1];
    ref_.channel_stride = strides[2];
  }
  StridedImage(const TypedImage& image, const Arrangement& how)
      : StridedImage(image.in().type, image.in().shape, how) {
    copy_samples(image.in(), ref_);
  }

  const ImageRef& ref() const { return ref_; }

  TypedImage packed() const {
    TypedImage image(ref_.type, ref_.shape);
    copy_samples(ref_, image.out());
    return image;
  }

  /// Bytes that are no sample's are as they were.
  bool has_clean_gaps() const {
    std::vector<std::byte> rest = bytes_;
    for_each_sample(ref_, [&](int64_t x, int64_t y, int c) {
      const auto* sample = static_cast<const std::byte*>(ref_.sample(x, y, c));
      std::fill_n(rest.begin() + (sample - bytes_.data()), sample_bytes(ref_.type),
                  std::byte{0xAB});
    });
    return std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0xAB}; });
  }

 private:
  template <class Body>
  static void for_each_sample(const ConstImageRef& image, const Body& body) {
    for (int64_t y = 0; y < image.shape.height; ++y) {
      for (int64_t x = 0; x < image.shape.width; ++x) {
        for (int c = 0; c < image.shape.channels; ++c) body(x, y, c);
      }
    }
  }
  static void copy_samples(const ConstImageRef& from, const ImageRef& to) {
    for_each_sample(from, [&](int64_t x, int64_t y, int c) {
      std::memcpy(to.sample(x, y, c), from.sample(x, y, c), sample_bytes(from.type));
    });
  }

  std::vector<std::byte> bytes_;
  ImageRef ref_;
};

/// Runs a plan on an arrangement of in, of out and of both.
void expect_same_bits(const FilterPlan& plan, const TypedImage& in, SampleType out_type,
                      const Arrangement& how) {
  const StridedImage source(in, how);
  StridedImage out(out_type, plan.out_shape(), how), of_packed(out_type, plan.out_shape(), how);
  TypedImage expected(out_type, plan.out_shape()), packed(out_type, plan.out_shape());
  plan.run(in.in(), expected.out());
  plan.run(source.ref(), out.ref());
  plan.run(source.ref(), packed.out());
  plan.run(in.in(), of_packed.ref());
  EXPECT_EQ(out.packed().bytes(), expected.bytes()) << how.name;
  EXPECT_EQ(packed.bytes(), expected.bytes()) << how.name << ", out packed";
  EXPECT_EQ(of_packed.packed().bytes(), expected.bytes()) << how.name << ", in packed";
  EXPECT_TRUE(out.has_clean_gaps() && of_packed.has_clean_gaps()) << how.name;
}

void expect_same_bits(const FilterPlan& plan, const TypedImage& in, SampleType out_type) {
  for (const Arrangement& how : kArrangements) expect_same_bits(plan, in, out_type, how);
}

/// What kernels and options there are: every engine, and every way to run it.
struct Way {
  const char* name;
  Kernel kernel;
  Method method = Method::automatic;
  bool exact = false;
};
std::vector<Way> ways() {
  return {{"gaussian", gaussian(1.5)},
          {"one column", Kernel({5, 1}, {0.1, 0.2, 0.4, 0.2, 0.1})},
          {"windows", box(21, 17)},
          {"disk", disk(4)},
          {"direct", disk(4), Method::direct},
          {"low rank", disk(3), Method::low_rank},
          {"tiles", disk(5), Method::fft},
          {"exact", gaussian(1.2), Method::automatic, true},
          {"exact sums", Kernel::from_integers({3, 3}, {1, 2, 1, 2, 4, 2, 1, 2, 5}, 18),
           Method::direct, true}};
}

TEST(Strides, of_images_change_no_bit_whatever_the_way_type_and_channels) {
  std::mt19937 random(23);
  int border = 0;
  for (const Way& way : ways()) {
    for (const SampleType type :
         {SampleType::u8, SampleType::u16, SampleType::f32, SampleType::f64}) {
      if (way.exact && !is_integer(type)) continue;
      for (int channels = 1; channels <= 4; ++channels) {
        const ImageShape shape{70, 45, channels};
        TypedImage in(type, shape);
        in.fill(Pattern::noise, random);
        FilterOptions options{.border = kBorders[border++ % 6], .method = way.method};
        options.exact = way.exact;
        options.threads = 1 + 2 * (border % 2);
        if (border % 3 == 0) options.roi = Rect{13, 7, 41, 30};
        SCOPED_TRACE(std::string(way.name) + " " + name(type) + " x" + std::to_string(channels) +
                     " " + name(options.border));
        expect_same_bits(FilterPlan(shape, type, type, way.kernel, options), in, type);
      }
    }
  }
}

TEST(Strides, of_images_change_no_bit_in_strips_and_chunks_at_any_border) {
  std::mt19937 random(29);
  constexpr Arrangement kTurned{"turned round", 1, 0, 2, 1, true, true};
  const ImageShape shape{2100, 140, 1};  // two strips and two chunks
  TypedImage in(SampleType::f32, shape);
  in.fill(Pattern::noise, random);
  for (const Border border : kBorders) {
    const FilterOptions options{.border = border, .threads = border < Border::symmetric ? 1 : 3};
    SCOPED_TRACE(name(border));
    expect_same_bits(FilterPlan(shape, SampleType::f32, SampleType::f32, gaussian(4), options), in,
                     SampleType::f32, kTurned);
    expect_same_bits(FilterPlan(shape, SampleType::f32, SampleType::u8, box(31, 33), options), in,
                     SampleType::u8, kTurned);
  }
}

TEST(Strides, of_kernels_larger_than_the_image_change_no_bit) {
  std::mt19937 random(31);
  for (const Border border : kBorders) {
    for (const ImageShape shape : {ImageShape{1, 1, 1}, {3, 2, 2}, {1, 9, 3}, {9, 1, 4}}) {
      SCOPED_TRACE(std::string(name(border)) + " " + to_string(shape));
      TypedImage in(SampleType::u16, shape);
      in.fill(Pattern::noise, random);
      expect_same_bits(
          FilterPlan(shape, SampleType::u16, SampleType::u8, gaussian(3), {.border = border}), in,
          SampleType::u8);
    }
  }
}

TEST(Strides, of_tiles_that_are_not_finite_change_no_bit) {
  std::mt19937 random(37);
  const ImageShape shape{90, 60, 3};
  TypedImage in(SampleType::f32, shape);
  in.fill(Pattern::noise, random);
  in.set(40, 30, 1, std::numeric_limits<double>::infinity());
  const FilterPlan plan(shape, SampleType::f32, SampleType::f32, disk(5), {.method = Method::fft});
  EXPECT_GT(plan.strided_scratch_bytes(), 0);
  expect_same_bits(plan, in, SampleType::f32);
}

TEST(Strides, scratch_of_strided_images_does_not_grow_with_the_image) {
  const auto scratch_bytes = [](ImageShape shape) {
    return FilterPlan(shape, SampleType::u8, SampleType::u8, gaussian(2)).strided_scratch_bytes();
  };
  EXPECT_LT(scratch_bytes({20000, 20000, 3}), 2 << 20);
  const FilterPlan plan({2000, 2000, 1}, SampleType::f32, SampleType::f32, gaussian(2));
  EXPECT_LT(plan.strided_scratch_bytes(), 1 << 20);
  EXPECT_GT(plan.strided_scratch_bytes(), plan.scratch_bytes());
}

}  // namespace
}  // namespace sepconv::test
