// Images as sepconv sees them: interleaved samples with rows any distance apart, or, by reference,
// samples any distance apart. Views do not own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace sepconv {

/// The type of one sample.
enum class SampleType { u8, u16, i16, i32, f32, f64 };

/// "u8", "u16", "i16", "i32", "f32" or "f64".
const char* name(SampleType type);

/// Bytes of one sample.
int64_t sample_bytes(SampleType type);

/// The SampleType of a C++ type, for example sample_type_of<uint8_t> == SampleType::u8.
template <class T>
inline constexpr SampleType sample_type_of = [] {
  using U = std::remove_const_t<T>;
  static_assert(std::is_same_v<U, uint8_t> || std::is_same_v<U, uint16_t> ||
                    std::is_same_v<U, int16_t> || std::is_same_v<U, int32_t> ||
                    std::is_same_v<U, float> || std::is_same_v<U, double>,
                "sepconv filters uint8_t, uint16_t, int16_t, int32_t, float and double");
  if constexpr (std::is_same_v<U, uint8_t>) return SampleType::u8;
  if constexpr (std::is_same_v<U, uint16_t>) return SampleType::u16;
  if constexpr (std::is_same_v<U, int16_t>) return SampleType::i16;
  if constexpr (std::is_same_v<U, int32_t>) return SampleType::i32;
  if constexpr (std::is_same_v<U, float>) return SampleType::f32;
  return SampleType::f64;
}();

/// Calls visitor with std::type_identity<T>{}, T the C++ type of samples of that type.
/// example    visit_type(type, [&]<class T>(std::type_identity<T>) { fill<T>(row); });
template <class Visitor>
decltype(auto) visit_type(SampleType type, Visitor&& visitor) {
  switch (type) {
    case SampleType::u8:
      return visitor(std::type_identity<uint8_t>());
    case SampleType::u16:
      return visitor(std::type_identity<uint16_t>());
    case SampleType::i16:
      return visitor(std::type_identity<int16_t>());
    case SampleType::i32:
      return visitor(std::type_identity<int32_t>());
    case SampleType::f32:
      return visitor(std::type_identity<float>());
    case SampleType::f64:
      break;
  }
  return visitor(std::type_identity<double>());
}

/// Width and height in pixels; channels are interleaved samples of one pixel.
struct ImageShape {
  int64_t width = 0;
  int64_t height = 0;
  int channels = 1;

  friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

/// "640x480x3".
std::string to_string(const ImageShape& shape);

/// Samples of type T in memory that somebody else owns.
/// units: row_stride is the distance between the starts of two rows, in samples, not bytes.
template <class T>
struct ImageView {
  T* data = nullptr;
  ImageShape shape;
  ptrdiff_t row_stride = 0;

  ImageView() = default;
  ImageView(T* data_in, ImageShape shape_in)
      : ImageView(data_in, shape_in, shape_in.width * shape_in.channels) {}
  ImageView(T* data_in, ImageShape shape_in, ptrdiff_t row_stride_in)
      : data(data_in), shape(shape_in), row_stride(row_stride_in) {}

  T* row(int64_t y) const { return data + y * row_stride; }
  operator ImageView<const T>() const { return {data, shape, row_stride}; }
};

/// An image that owns its samples, rows packed, all zero at first.
template <class T>
class Image {
 public:
  Image() = default;
  explicit Image(ImageShape shape)
      : shape_(shape), samples_(shape.width * shape.height * shape.channels) {}

  const ImageShape& shape() const { return shape_; }
  ImageView<T> view() { return {samples_.data(), shape_}; }
  ImageView<const T> view() const { return {samples_.data(), shape_}; }
  T* row(int64_t y) { return samples_.data() + y * shape_.width * shape_.channels; }
  const T* row(int64_t y) const { return samples_.data() + y * shape_.width * shape_.channels; }

  // Allows filter(in, out, ...) on images as on views; a temporary has no view to give.
  operator ImageView<T>() & { return view(); }
  operator ImageView<const T>() const& { return view(); }
  operator ImageView<const T>() const&& = delete;

 private:
  ImageShape shape_;
  std::vector<T> samples_;
};

/// An input whose sample type is known only at run time, its samples any distance apart.
/// units      strides are in samples, of any sign, and 0; those of axes of size 1 do not matter
/// example    ConstImageRef red(planes, SampleType::u8, {w, h, 3}, w);   // three planes
///            red.pixel_stride = 1;
///            red.channel_stride = w * h;
struct ConstImageRef {
  const void* data = nullptr;  // channel 0 of pixel 0 of row 0
  SampleType type = SampleType::u8;
  ImageShape shape;
  ptrdiff_t row_stride = 0;
  ptrdiff_t pixel_stride = 1;
  ptrdiff_t channel_stride = 1;

  ConstImageRef() = default;
  /// Interleaved samples: pixels are channels apart, channels 1.
  ConstImageRef(const void* data_in, SampleType type_in, ImageShape shape_in, ptrdiff_t stride)
      : data(data_in),
        type(type_in),
        shape(shape_in),
        row_stride(stride),
        pixel_stride(shape_in.channels) {}
  template <class T>
  ConstImageRef(const ImageView<T>& view)
      : ConstImageRef(view.data, sample_type_of<T>, view.shape, view.row_stride) {}
  template <class T>
  ConstImageRef(const Image<T>& image) : ConstImageRef(image.view()) {}

  const void* sample(int64_t x, int64_t y, int64_t channel) const {
    const int64_t index = y * row_stride + x * pixel_stride + channel * channel_stride;
    return static_cast<const std::byte*>(data) + index * sample_bytes(type);
  }
};

/// An output whose sample type is known only at run time, its samples any distance apart; no two of
/// them may share memory.
struct ImageRef {
  void* data = nullptr;  // channel 0 of pixel 0 of row 0
  SampleType type = SampleType::u8;
  ImageShape shape;
  ptrdiff_t row_stride = 0;  // strides as in ConstImageRef
  ptrdiff_t pixel_stride = 1;
  ptrdiff_t channel_stride = 1;

  ImageRef() = default;
  ImageRef(void* data_in, SampleType type_in, ImageShape shape_in, ptrdiff_t stride)
      : data(data_in),
        type(type_in),
        shape(shape_in),
        row_stride(stride),
        pixel_stride(shape_in.channels) {}
  template <class T>
  requires(!std::is_const_v<T>) ImageRef(const ImageView<T>& view)
      : ImageRef(view.data, sample_type_of<T>, view.shape, view.row_stride) {}
  template <class T>
  ImageRef(Image<T>& image) : ImageRef(image.view()) {}

  operator ConstImageRef() const {
    ConstImageRef image(data, type, shape, row_stride);
    image.pixel_stride = pixel_stride;
    image.channel_stride = channel_stride;
    return image;
  }

  void* sample(int64_t x, int64_t y, int64_t channel) const {
    return const_cast<void*>(ConstImageRef(*this).sample(x, y, channel));
  }
};

}  // namespace sepconv
