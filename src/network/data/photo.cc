// Photographs as inputs: the middle that is shown, resized along rows and then columns.
#include "sepconv/photo.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "network/ops/moving/interpolation.h"

namespace sepconv {
namespace {

using network::AxisTaps;

constexpr int64_t kUsualSide = 224;

// One axis of a photograph: the whole of it resized, of which out outputs from first on are shown.
struct ShownAxis {
  int64_t in, out, first = 0;
  AxisTaps taps = {};
};

ShownAxis shown_axis(int64_t in, int64_t out, double scale, bool cubic) {
  const auto resized = std::max<int64_t>(out, std::llround(in * scale));
  network::Interpolation way{cubic ? "cubic" : "linear", "half_pixel", ""};
  way.cubic = -0.5f;  // Pillow's
  way.antialias = way.excludes_outside = true;
  const network::ResizedAxis axis{in, resized, static_cast<double>(resized) / in};
  return {in, out, (resized - out) / 2, network::axis_taps(axis, way)};
}

// The sum of an output's taps along an axis whose neighbours are stride apart.
template <class T>
float sum_of_taps(const ShownAxis& axis, int64_t output, const T* from, ptrdiff_t stride) {
  const int64_t place = axis.first + output, taps = axis.taps.count;
  float sum = 0;
  for (int64_t t = 0; t < taps; ++t) {
    sum += axis.taps.weights[place * taps + t] * from[axis.taps.index(place, t, axis.in) * stride];
  }
  return sum;
}

// Rows of the photograph, each as wide as the input: [height of the photo, width, 3]. What bicubic
// sums are beyond the levels is cut off at once, as Pillow does.
template <class T>
std::vector<float> resized_rows(const ConstImageRef& photo, const ShownAxis& x) {
  constexpr float kWhite = std::numeric_limits<T>::max();
  std::vector<float> rows;
  for (int64_t y = 0; y < photo.shape.height; ++y) {
    const T* row = static_cast<const T*>(photo.data) + y * photo.row_stride;
    for (int64_t i = 0; i < x.out; ++i) {
      for (int c = 0; c < 3; ++c) {
        const int channel = photo.shape.channels < 3 ? 0 : c;
        const float sum =
            sum_of_taps(x, i, row + channel * photo.channel_stride, photo.pixel_stride);
        rows.push_back(std::clamp(sum, 0.0f, kWhite));
      }
    }
  }
  return rows;
}

// Which axes of shape are channels, height and width; open sizes become usual ones.
struct InputAxes {
  size_t height, width;
};

InputAxes input_axes(NdShape& shape) {
  const std::string given = to_string(shape);
  const bool is_map = shape.size() == 4;
  const bool is_plain = is_map && shape[1] == 3, is_last = is_map && shape[3] == 3;
  require(is_plain || is_last, "photo: the input is {}; expected 1x3x?x? or 1x?x?x3", given);
  const InputAxes axes = is_plain ? InputAxes{2, 3} : InputAxes{1, 2};
  shape[0] = std::abs(shape[0]);
  for (const size_t axis : {axes.height, axes.width}) {
    if (shape[axis] < 0) shape[axis] = kUsualSide;
  }
  require(shape[0] == 1 && shape[axes.height] > 0 && shape[axes.width] > 0,
          "photo: the input is {}; expected a batch of 1, and no size of 0", given);
  return axes;
}

}  // namespace

PhotoOptions photo_options(const std::string& preset) {
  if (preset == "imagenet") return {};
  require(preset == "tf", "preset is '{}'; expected imagenet or tf", preset);
  return {.cubic = true, .mean = {127.5f, 127.5f, 127.5f}, .deviation = {127.5f, 127.5f, 127.5f}};
}

NdArray photo_input(const ConstImageRef& photo, NdShape shape, const PhotoOptions& options) {
  const auto& [width, height, channels] = photo.shape;
  const bool is_wide = photo.type == SampleType::u16;
  require((photo.type == SampleType::u8 || is_wide) && 1 <= channels && channels <= 4,
          "photo: the image has {} channels of {}; expected 1 to 4 of u8 or u16", channels,
          name(photo.type));
  require(options.part > 0 && options.part <= 1, "photo: part is {}; expected up to 1",
          options.part);
  const InputAxes axes = input_axes(shape);
  const int64_t out_height = shape[axes.height], out_width = shape[axes.width];
  const double scale =
      std::max(out_height / (options.part * height), out_width / (options.part * width));
  const ShownAxis x = shown_axis(width, out_width, scale, options.cubic);
  const ShownAxis y = shown_axis(height, out_height, scale, options.cubic);
  const std::vector<float> rows =
      is_wide ? resized_rows<uint16_t>(photo, x) : resized_rows<uint8_t>(photo, x);

  NdArray input(ElementType::f32, shape);
  const bool is_plain = axes.height == 2;
  const int64_t pixel = is_plain ? 1 : 3, plane = is_plain ? out_height * out_width : 1;
  const float levels = is_wide ? 257.0f : 1.0f;  // of u16 in one of u8
  for (int64_t i = 0; i < out_height; ++i) {
    for (int64_t j = 0; j < 3 * out_width; ++j) {
      const int64_t c = j % 3;
      const float level = sum_of_taps(y, i, rows.data() + j, 3 * out_width) / levels;
      input.as<float>()[(i * out_width + j / 3) * pixel + c * plane] =
          (std::clamp(level, 0.0f, 255.0f) - options.mean[c]) / options.deviation[c];
    }
  }
  return input;
}

}  // namespace sepconv
