// Resize: one axis after the other, each output a weighted sum of a few inputs along it.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "network/ops/moving/families.h"
#include "network/ops/moving/indexed_copy.h"
#include "network/ops/moving/interpolation.h"

namespace sepconv::network {
namespace {

// One axis that changes, and what lies around it in memory.
struct Pass {
  AxisTaps taps;
  int64_t outer = 1, in = 1, inner = 1;

  int64_t out() const { return std::ssize(taps.first); }
};

// Sizes or scales as the node gives them, one an axis of the input.
struct Target {
  NdShape sizes;
  std::vector<double> scales;
};

std::vector<size_t> resized_axes(const Request& request, size_t rank) {
  std::vector<size_t> axes;
  for (const int64_t axis : request.integers("axes")) axes.push_back(axis_of(axis, rank));
  for (size_t i = 0; !request.has("axes") && i < rank; ++i) axes.push_back(i);
  return axes;
}

bool is_given(const Request& request, size_t i) {
  return request.has_input(i) && element_count(request.spec(i).shape) > 0;
}

void keep_ratio(const Request& request, Target& target, const std::vector<size_t>& axes) {
  const std::string policy = request.text("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch") return;
  const bool is_smaller = policy == "not_larger";
  require(is_smaller || policy == "not_smaller", "keep_aspect_ratio_policy is '{}'", policy);
  double scale = target.scales[axes.front()];
  for (const size_t axis : axes) {
    scale =
        is_smaller ? std::min(scale, target.scales[axis]) : std::max(scale, target.scales[axis]);
  }
  for (const size_t axis : axes) {
    target.sizes[axis] = std::lround(scale * request.spec(0).shape[axis]);
    target.scales[axis] = scale;
  }
}

Target target_of(const Request& request, const std::vector<float>& roi) {
  const NdShape& in = request.spec(0).shape;
  const std::vector<size_t> axes = resized_axes(request, in.size());
  Target target{in, std::vector<double>(in.size(), 1.0)};
  const bool is_old = request.opset() < 11;
  if (is_old || is_given(request, 2)) {
    const std::vector<float> scales = request.floats(is_old ? 1 : 2);
    require(scales.size() == axes.size(), "{} scales; expected {}", scales.size(), axes.size());
    for (size_t i = 0; i < axes.size(); ++i) {
      const size_t axis = axes[i];
      const double part = roi.empty() ? 1.0 : double{roi[i + axes.size()]} - roi[i];
      const double size = std::floor(in[axis] * part * scales[i]);
      require(scales[i] > 0 && size >= 0 && size <= double{kMostOffsets},
              "scale {} of an axis of {}", scales[i], in[axis]);
      target.scales[axis] = scales[i];
      target.sizes[axis] = static_cast<int64_t>(size);
    }
    return target;
  }
  const std::vector<int64_t> sizes = request.integers(3);
  require(sizes.size() == axes.size(), "{} sizes; expected {}", sizes.size(), axes.size());
  for (size_t i = 0; i < axes.size(); ++i) {
    require(sizes[i] > 0 && sizes[i] <= kMostOffsets && in[axes[i]] > 0, "size {} of an axis of {}",
            sizes[i], in[axes[i]]);
    target.sizes[axes[i]] = sizes[i];
    target.scales[axes[i]] = static_cast<double>(sizes[i]) / in[axes[i]];
  }
  keep_ratio(request, target, axes);
  return target;
}

Interpolation interpolation_of(const Request& request) {
  const bool is_old = request.opset() < 11;
  Interpolation way;
  way.mode = request.text("mode", "nearest");
  way.coordinates =
      request.text("coordinate_transformation_mode", is_old ? "asymmetric" : "half_pixel");
  way.nearest = request.text("nearest_mode", is_old ? "floor" : "round_prefer_floor");
  way.cubic = request.number("cubic_coeff_a", -0.75f);
  way.excludes_outside = request.integer("exclude_outside", 0) != 0;
  way.antialias = request.integer("antialias", 0) != 0;
  require(way.mode == "nearest" || way.mode == "linear" || way.mode == "cubic",
          "mode is '{}'; expected nearest, linear or cubic", way.mode);
  return way;
}

// The parts of roi that belong to an axis: where a crop starts and ends, in parts of its size.
std::vector<ResizedAxis> axes_of(const Request& request, const Target& target,
                                 const std::vector<float>& roi) {
  const NdShape& in = request.spec(0).shape;
  std::vector<ResizedAxis> axes;
  for (size_t axis = 0; axis < in.size(); ++axis) {
    axes.push_back({in[axis], target.sizes[axis], target.scales[axis]});
  }
  const std::vector<size_t> resized = resized_axes(request, in.size());
  for (size_t i = 0; !roi.empty() && i < resized.size(); ++i) {
    axes[resized[i]].crop = {roi[i], roi[i + resized.size()]};
  }
  return axes;
}

// Axes as they lie in memory.
template <class T>
std::vector<T> in_memory(const std::vector<T>& axes, Layout layout) {
  if (layout == Layout::plain) return axes;
  return {axes[0], axes[2], axes[3], axes[1]};
}

Kernel nearest_kernel(const std::vector<ResizedAxis>& axes, const Interpolation& way,
                      ElementType type) {
  NdShape in;
  for (const ResizedAxis& axis : axes) in.push_back(axis.in);
  const std::vector<int64_t> strides = packed_strides(in);
  AxisOffsets offsets;
  for (size_t i = 0; i < axes.size(); ++i) {
    offsets.push_back(nearest_indices(axes[i], way));
    for (int64_t& index : offsets.back()) {
      if (index != kFilled) index *= strides[i];
    }
  }
  return copy_kernel(std::move(offsets), type);
}

void run_pass(const Pass& pass, const float* in, float* out, float outside) {
  const int64_t inner = pass.inner, taps = pass.taps.count;
  for (int64_t o = 0; o < pass.outer; ++o, in += pass.in * inner) {
    for (int64_t i = 0; i < pass.out(); ++i, out += inner) {
      std::fill_n(out, inner, pass.taps.is_outside(i) ? outside : 0.0f);
      for (int64_t t = 0; t < taps && !pass.taps.is_outside(i); ++t) {
        const float weight = pass.taps.weights[i * taps + t];
        if (weight == 0) continue;
        const float* from = in + pass.taps.index(i, t, pass.in) * inner;
        for (int64_t x = 0; x < inner; ++x) out[x] += weight * from[x];
      }
    }
  }
}

std::vector<Pass> passes_of(const std::vector<ResizedAxis>& axes, const Interpolation& way) {
  std::vector<Pass> passes;
  int64_t outer = 1;
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t inner = 1;
    for (size_t j = i + 1; j < axes.size(); ++j) inner *= axes[j].in;
    if (axes[i].changes()) passes.push_back({axis_taps(axes[i], way), outer, axes[i].in, inner});
    outer *= axes[i].out;
  }
  return passes;
}

Kernel interpolating_kernel(std::vector<Pass> passes, float outside) {
  int64_t largest = 0;
  for (const Pass& pass : passes) {
    largest = std::max(largest, pass.outer * pass.out() * pass.inner);
  }
  return [passes = std::make_shared<const std::vector<Pass>>(std::move(passes)), largest,
          outside](const Operands& operands) {
    const size_t count = passes->size();
    // Results of passes in turn in two halves, the last one's in the output.
    auto* halves =
        count < 2 ? nullptr : reinterpret_cast<float*>(operands.context.scratch(0, 8 * largest));
    const float* from = operands.input<float>(0);
    for (size_t p = 0; p < count; ++p) {
      float* to = p + 1 == count ? operands.output<float>() : halves + (p % 2) * largest;
      run_pass((*passes)[p], from, to, outside);
      from = to;
    }
  };
}

}  // namespace

Prepared prepare_resize(const Request& request) {
  const Spec& in = request.spec(0);
  const Interpolation way = interpolation_of(request);
  const bool is_cropped = way.coordinates == "tf_crop_and_resize";
  const std::vector<float> roi = is_cropped ? request.floats(1) : std::vector<float>{};
  require(roi.empty() || roi.size() == 2 * resized_axes(request, in.shape.size()).size(),
          "roi has {} values; expected two an axis", roi.size());
  const Target target = target_of(request, roi);
  const Spec out{in.type, target.sizes, in.layout};
  element_count(out.shape);
  const auto axes = in_memory(axes_of(request, target, roi), in.layout);
  if (std::none_of(axes.begin(), axes.end(), [](const auto& axis) { return axis.changes(); })) {
    return {.out = {out}, .shares_input = true};
  }
  if (way.mode == "nearest") return {.out = {out}, .kernel = nearest_kernel(axes, way, in.type)};
  require(in.type == ElementType::f32, "input is {}; expected f32", sepconv::name(in.type));
  const float outside = request.number("extrapolation_value", 0);
  return {.out = {out}, .kernel = interpolating_kernel(passes_of(axes, way), outside)};
}

}  // namespace sepconv::network
