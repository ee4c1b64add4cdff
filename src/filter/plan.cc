// FilterPlan: checks the request, chooses a way to run it and prepares everything a run needs.
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "filter/array/check.h"
#include "filter/choose/candidates.h"
#include "filter/choose/error_bound.h"
#include "filter/explain.h"
#include "filter/plan_impl.h"

namespace sepconv {
namespace {

// A side or a count of samples that later arithmetic (times 8 bytes, plus halos) cannot overflow.
constexpr int64_t kMaxSamples = int64_t{1} << 48;

void check_shape(const ImageShape& shape) {
  require(shape.width >= 1 && shape.height >= 1,
          "filter: image is {}; expected a width and height of 1 or more", to_string(shape));
  require(shape.channels >= 1 && shape.channels <= 4,
          "filter: image has {} channels; expected 1 to 4", shape.channels);
  const int64_t pixels = checked_multiply(shape.width, shape.height, "filter: image size");
  require(pixels <= kMaxSamples, "filter: image is {}; expected at most 2^48 pixels",
          to_string(shape));
}

void check_kernel(const Kernel& kernel) {
  require(kernel.axes() == 2, "filter: kernel has {} axes; expected 2 (height, width)",
          kernel.axes());
}

void check_options(const ImageShape& shape, SampleType in, const FilterOptions& options) {
  require(std::isfinite(options.max_error) && options.max_error >= 0,
          "filter: max_error is {}; expected 0 or more", options.max_error);
  check_result(options.scale, options.offset, options.threads);
  // Rows of the border's value are made beyond the image.
  require(options.border != Border::constant || is_value_of(in, options.border_value),
          "filter: border_value is {}; expected a value of the input's type {}",
          options.border_value, name(in));
  if (!options.roi) return;
  const Rect& r = *options.roi;
  require(r.x >= 0 && r.y >= 0 && r.width >= 1 && r.height >= 1 && r.width <= shape.width &&
              r.height <= shape.height && r.x <= shape.width - r.width &&
              r.y <= shape.height - r.height,
          "filter: roi is {}x{} at ({}, {}); expected 1x1 or more inside the image of {}", r.width,
          r.height, r.x, r.y, to_string(shape));
}

// Whole taps given as doubles are integers, where float sums of the samples stay exact: they then
// take the same passes, and have the same bits, as those of an integer kernel. (u16 comes centred,
// and gets as much back.)
Kernel with_whole_taps(const Kernel& kernel, const SampleSpec& spec) {
  constexpr double kExactFloat = 0x1p24;
  const std::vector<double>& taps = kernel.taps();
  const bool are_whole =
      std::all_of(taps.begin(), taps.end(), [](double tap) { return tap == std::floor(tap); });
  if (kernel.is_integer() || !is_integer_type(spec.in) || !are_whole) return kernel;
  if (2 * kernel.l1_norm() * largest_seen(spec) + std::abs(spec.offset) >= kExactFloat)
    return kernel;
  return Kernel::from_integers(kernel.shape(), {taps.begin(), taps.end()})
      .with_anchor(kernel.anchor());
}

// Options whose unused fields are at rest: a border value that no border uses is 0.
FilterOptions settled(FilterOptions options) {
  if (options.border != Border::constant) options.border_value = 0;
  return options;
}

}  // namespace

FilterPlan::FilterPlan(const ImageShape& shape, SampleType in_type, SampleType out_type,
                       const Kernel& given, const FilterOptions& given_options) {
  check_shape(shape);
  check_kernel(given);
  check_options(shape, in_type, given_options);

  const FilterOptions options = settled(given_options);
  const SampleSpec spec{in_type, out_type, options.scale, options.offset, options.exact};
  const Kernel kernel = with_whole_taps(options.convolve ? given.flipped() : given, spec);
  const Rect roi = options.roi.value_or(Rect{0, 0, shape.width, shape.height});
  std::vector<Candidate> all = candidates({kernel, options, spec, shape});
  Candidate& best = all.front();

  // Tiles that are not finite are summed directly, in double as all others.
  // Rounded apart, the engine writes doubles and exact.cc makes the levels.
  SampleSpec engine_spec = spec;
  if (best.choice.is_rounded_apart) engine_spec.out = SampleType::f64;
  PackedWeights weights = pack_weights(best.terms, engine_spec, best.choice,
                                       {shape.channels, kernel.anchor()[1], options.border_value});
  const Reach reach{kernel.anchor()[1], kernel.shape()[1] - 1 - kernel.anchor()[1]};
  const LayoutRequest layout_request{
      shape,
      roi,
      options.border,
      reach,
      kernel.shape()[0],
      sample_bytes(in_type),
      sample_bytes(out_type),
      best.choice.is_rounded_apart,
      roi.width * roi.height * shape.channels * sample_bytes(out_type),
      options.threads};
  Layout layout;
  std::optional<FourierPart> fourier;
  if (best.fourier) {
    fourier = make_fourier_part({*best.fourier, best.terms, layout_request, in_type, weights});
  } else {
    layout = make_layout(layout_request, weights);
  }
  std::vector<std::byte> outside;
  if (is_constant(options.border)) {
    outside = constant_row(in_type, shape.width * shape.channels, options.border_value);
  }
  Explanation explanation = explain_plan(all, {shape, kernel, options, spec});
  explanation.scratch_bytes = fourier ? fourier->scratch_bytes : layout.scratch_bytes;
  const int64_t strided_scratch_bytes =
      fourier ? fourier->strided_scratch_bytes : layout.strided_scratch_bytes;
  impl_ = std::make_unique<const Impl>(
      Impl{shape, kernel, options, roi, spec, std::move(best.terms), best.choice,
           std::move(weights), std::move(layout), std::move(fourier), std::move(outside),
           std::move(explanation), strided_scratch_bytes, ContextPool(options.threads)});
}

FilterPlan::~FilterPlan() = default;
FilterPlan::FilterPlan(FilterPlan&&) noexcept = default;
FilterPlan& FilterPlan::operator=(FilterPlan&&) noexcept = default;

ImageShape FilterPlan::out_shape() const {
  return {impl_->roi.width, impl_->roi.height, impl_->image.channels};
}

Method FilterPlan::method() const { return impl_->fourier ? Method::fft : impl_->terms.method; }

double FilterPlan::error_bound(double largest_float) const {
  require(std::isfinite(largest_float) && largest_float >= 0,
          "FilterPlan::error_bound: largest_float is {}; expected 0 or more", largest_float);
  SampleSpec spec = impl_->spec;
  spec.largest_float = largest_float;
  if (impl_->fourier) return fourier_error_bound(impl_->fourier->way, impl_->terms, spec);
  return sepconv::error_bound(impl_->terms, spec, impl_->choice);
}

int64_t FilterPlan::scratch_bytes() const { return impl_->explanation.scratch_bytes; }

int64_t FilterPlan::strided_scratch_bytes() const { return impl_->strided_scratch_bytes; }

Explanation FilterPlan::explain() const { return impl_->explanation; }

}  // namespace sepconv
