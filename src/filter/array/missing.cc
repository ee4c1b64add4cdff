// Missing samples: the checks, the weights of both sums, and how far their quotient may be off.
#include "filter/array/missing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "filter/array/impl.h"
#include "filter/choose/error_bound.h"

namespace sepconv {
namespace {

// A share of the weights below this is none: products of tiny taps may have lost their digits.
double least_share(bool in_double) { return in_double ? 0x1p-900 : 0x1p-100; }

bool is_outside_valid(const AxisRole& role) { return role.border == Border::constant; }

template <class T>
simd::MissingFinish<T> finish_of(const ArrayPlan::Impl& plan, double tap_sum) {
  constexpr bool kInDouble = sizeof(T) == 8;
  const ArrayOptions& options = plan.options;
  const AxisRoles& roles = plan.roles;
  const double all = roles.slab.tap_sum() * roles.column.tap_sum() * roles.row.tap_sum();
  // Sums of weights within their rounding error of min_weight reach it: 1 asks for all, not more.
  const double reached = options.min_weight * (1 - 2 * weight_error(plan));
  const double fill = is_integer_type(plan.out_type) ? 0 : std::numeric_limits<double>::quiet_NaN();
  simd::MissingFinish<T> finish;
  const double scale = options.scale / options.divisor * tap_sum;
  finish.scale = static_cast<T>(scale);
  finish.after = static_cast<T>(scale * centre_of(plan.in_type) + options.offset);
  finish.least = static_cast<T>(all * std::max(reached, least_share(kInDouble)));
  finish.fill = static_cast<T>(options.fill.value_or(fill));
  finish.truncates = options.rounding == Rounding::truncate;
  finish.out_type = plan.out_type;
  return finish;
}

// The taps for one of the two sums, without an epilogue and with nothing beyond the edges.
template <class T>
simd::Weights<T> bare(simd::Weights<T> weights) {
  weights.out_type = sample_type_of<T>;
  weights.epilogue = simd::Epilogue<T>{};
  weights.terms.at(0).fill = 0;
  return weights;
}

template <class T>
void set_weights(const ArrayPlan::Impl& plan, MissingPart* part) {
  auto slab = std::get<simd::Weights<T>>(plan.slab_weights);
  slab.in_type = SampleType::u8;
  part->slab_weights = std::move(slab);
  const auto& taps = std::get<simd::Weights<T>>(plan.plane_weights);
  simd::MissingWeights<T> plane{bare(taps), bare(taps), finish_of<T>(plan, part->tap_sum)};
  plane.weights.in_type = plan.has_slab ? sample_type_of<T> : SampleType::u8;
  if (is_outside_valid(plan.roles.row)) {
    plane.values.terms[0].fill = taps.terms[0].fill;
    const AxisRole& column = plan.roles.column;
    const double of_column = plan.choice.running.column ? column.taps.size() : column.tap_sum();
    plane.weights.terms[0].fill = static_cast<T>(plan.roles.slab.tap_sum() * of_column);
  }
  part->plane = std::move(plane);
}

// Outputs that see this share of the weights or more are integers' (docs/numerics.md).
constexpr int kSeenBits = 4;
constexpr double kSeenShare = 1.0 / (1 << kSeenBits);

// Most taps of a factor in 16 bits, and fewest of a column in pairs.
constexpr size_t kMaxBytesTaps = 255;
constexpr size_t kMinBytesColumn = simd::kRowsTogether - 1;

// Bits of a column's taps: sums of bytes stay below 2^31. Short columns have those of weights,
// whose sums then need no products (1.5 times as fast). Those of a row have 16, for its sums are
// of 15.
constexpr int kMaxColumnBits = 20;
constexpr size_t kShortColumn = 15;
constexpr int kMaxRowBits = 16;

// The largest bound in levels, met beyond 101 taps; what is seen stays near 0.52.
constexpr double kMaxBytesError = 2;

double sum_of_squares(const std::vector<double>& taps) {
  const double sum = sum_of(taps);
  double squares = 0;
  for (const double tap : taps) squares += tap * tap / (sum * sum);
  return squares;
}

// What outputs are multiplied by besides being means.
double gain_of(const ArrayPlan::Impl& plan, double tap_sum) {
  return plan.options.scale / plan.options.divisor * tap_sum;
}

// True where outputs are means of bytes, over images.
bool are_means_of_bytes(const ArrayPlan::Impl& plan, double tap_sum) {
  return plan.in_type == SampleType::u8 && plan.out_type == SampleType::u8 && !plan.has_slab &&
         plan.choice.arithmetic == Arithmetic::f32 && plan.options.offset == 0 &&
         plan.options.rounding == Rounding::nearest && std::abs(gain_of(plan, tap_sum) - 1) <= 1e-6;
}

// True of taps so even that among random samples, half of them missing, hardly any output sees less
// than kSeenShare: as means of 12 samples at least.
bool fits_bytes(const ArrayPlan::Impl& plan) {
  const ArrayOptions& options = plan.options;
  const std::vector<double>& column = plan.roles.column.taps;
  const std::vector<double>& row = plan.roles.row.taps;
  if (plan.choice.running.column || plan.choice.running.row) return false;
  if (options.min_weight > 0.9 * kSeenShare) return false;
  if (column.size() < kMinBytesColumn || std::max(column.size(), row.size()) > kMaxBytesTaps) {
    return false;
  }
  return sum_of_squares(column) * sum_of_squares(row) <= 1.0 / 12;
}

// Taps of as many bits as 16 hold, 15 at least; none where they are not enough.
simd::FixedFactor pack_bytes_factor(const std::vector<double>& taps, int most_bits) {
  for (int bits = most_bits; bits >= 15; --bits) {
    std::vector<int16_t> whole = quantise_taps(taps, bits);
    if (!whole.empty()) return simd::pack_fixed_factor(std::move(whole), bits, true);
  }
  return {};
}

// The sum of all errors of one sign: what taps that sum to one, as the stored ones do, move to
// other samples. A mean changes by that much of their range at most (docs/numerics.md).
double quantisation_error(const std::vector<double>& taps, const simd::FixedFactor& factor) {
  const double sum = sum_of(taps);
  double error = 0;
  for (size_t i = 0; i < taps.size(); ++i) {
    error += std::abs(taps[i] / sum - std::ldexp(factor.taps[i], -factor.bits)) / 2;
  }
  return error;
}

int16_t least_tap(const simd::FixedFactor& factor) {
  return *std::min_element(factor.taps.begin(), factor.taps.end());
}

void set_bytes(const ArrayPlan::Impl& plan, MissingPart* part) {
  const AxisRole& row = plan.roles.row;
  simd::MissingBytes bytes;
  simd::FixedWeights& taps = bytes.taps;
  const std::vector<double>& column = plan.roles.column.taps;
  const bool is_short = column.size() <= kShortColumn;
  taps.column = pack_bytes_factor(column, is_short ? simd::kShareBits : kMaxColumnBits);
  taps.row = pack_bytes_factor(row.taps, kMaxRowBits);
  if (taps.column.taps.empty() || taps.row.taps.empty()) return;
  taps.channels = static_cast<int>(plan.roles.channels);
  taps.anchor_samples = row.anchor * plan.roles.channels;
  if (is_outside_valid(row)) {
    bytes.value_fill = static_cast<int16_t>(std::ldexp(row.border_value, simd::kLevelBits));
    bytes.weight_fill = INT16_MAX;
  }
  bytes.least = 1 << (simd::kShareBits + taps.row.bits - kSeenBits);
  const int lost_bits = taps.column.bits - simd::kShareBits;
  bytes.zero_is_empty = 2 * least_tap(taps.column) >= 1 << lost_bits && least_tap(taps.row) > 0;
  // In levels: half a unit of values and of weights a column sum, then taps; of the share that is
  // seen. A whole column's weight is a unit less than one.
  const double of_taps =
      quantisation_error(column, taps.column) + quantisation_error(row.taps, taps.row);
  const double of_sums =
      std::ldexp(0.5, -simd::kLevelBits) + 255 * (std::ldexp(0.5, -simd::kShareBits) + of_taps);
  const double error =
      0.5 + of_sums / kSeenShare + 255 * (std::ldexp(1, -simd::kShareBits) + 0x1p-21 + 1e-6);
  if (error > kMaxBytesError) return;
  part->bytes_error = error;
  part->bytes = std::move(bytes);
}

bool are_equal(const std::vector<double>& taps) {
  return std::all_of(taps.begin(), taps.end(), [&](double tap) { return tap == taps[0]; });
}

bool fits_box(const ArrayPlan::Impl& plan) {
  const std::vector<double>& column = plan.roles.column.taps;
  const std::vector<double>& row = plan.roles.row.taps;
  const auto samples = static_cast<int64_t>(column.size() * row.size());
  return are_equal(column) && are_equal(row) && samples * 255 <= simd::kLargestBoxSum;
}

simd::MissingBox box_of(const ArrayPlan::Impl& plan) {
  const AxisRole& row = plan.roles.row;
  simd::MissingBox box;
  simd::BoxWeights& values = box.values;
  values.column = static_cast<int64_t>(plan.roles.column.taps.size());
  values.row = static_cast<int64_t>(row.taps.size());
  values.channels = static_cast<int>(plan.roles.channels);
  values.anchor_samples = row.anchor * plan.roles.channels;
  const int64_t samples = values.column * values.row;
  values.quotient = simd::pack_level_quotient(samples, samples * 255);
  box.counts = values;
  if (is_outside_valid(row)) {
    values.fill = static_cast<int32_t>(static_cast<double>(values.column) * row.border_value);
    box.counts.fill = static_cast<int32_t>(values.column);
  }
  // Shares of min_weight that are not whole numbers of samples for rounding alone count as such.
  const double least = plan.options.min_weight * static_cast<double>(samples) * (1 - 1e-12);
  box.least = std::max(1, static_cast<int32_t>(std::ceil(least)));
  box.fill = static_cast<uint8_t>(plan.options.fill.value_or(0));
  return box;
}

// Rows beyond the slab or the column axis: constants, or nothing.
void set_outside_rows(ArrayPlan::Impl* plan, MissingPart* part) {
  const AxisRole& slab = plan->roles.slab;
  const AxisRole& column = plan->roles.column;
  const auto set = [&](const AxisRole& role, auto* row, auto* weights) {
    if (!is_constant(role.border)) return;
    if (!is_outside_valid(role)) *row = part->nothing;
    *weights = is_outside_valid(role) ? part->whole : part->empty;
  };
  set(slab, &plan->outside_slab, &part->outside_slab_weights);
  if (!plan->has_slab) return set(column, &plan->outside_column, &part->outside_column_weights);
  if (!is_constant(column.border)) return;
  const SampleType type = plan->sum_type();
  const double weight = is_outside_valid(column) ? slab.tap_sum() : 0;
  part->outside_column_weights = constant_row(type, plan->outside_samples(), weight);
  if (weight == 0) plan->outside_column = part->outside_column_weights;
}

}  // namespace

void check_missing(const ArrayOptions& options, SampleType in, SampleType out) {
  if (options.missing == Missing::none) {
    require(options.min_weight == 0 && !options.fill,
            "filter: min_weight and fill are for missing samples; expected Missing::masked or nan");
    return;
  }
  require(options.missing != Missing::nan || !is_integer_type(in),
          "filter: missing is nan and in is {}; expected f32 or f64", name(in));
  require(0 <= options.min_weight && options.min_weight <= 1,
          "filter: min_weight is {}; expected 0 to 1", options.min_weight);
  require(!options.fill || !is_integer_type(out) || is_value_of(out, *options.fill),
          "filter: fill is {}; expected a value of the output's type {}", options.fill.value_or(0),
          name(out));
}

double scale_missing_taps(AxisRoles* roles) {
  double product = 1;
  for (AxisRole* role : {&roles->slab, &roles->column, &roles->row}) {
    if (!role->is_filtered()) continue;
    for (const double tap : role->taps) {
      require(tap >= 0, "filter: a tap of axis {} is {}; with missing samples taps are 0 or more",
              role->axis, tap);
    }
    const double sum = role->tap_sum();
    require(sum > 0 && std::isfinite(sum),
            "filter: the taps of axis {} sum to {}; with missing samples expected above 0",
            role->axis, sum);
    int exponent = 0;
    std::frexp(sum, &exponent);
    for (double& tap : role->taps) tap = std::ldexp(tap, -exponent);
    product *= sum;
  }
  require(std::isfinite(product), "filter: the product of the tap sums overflows");
  return product;
}

double weight_error(const ArrayPlan::Impl& plan) {
  const double unit = unit_of(plan.choice.arithmetic == Arithmetic::f64);
  double factor = 1;
  for (const AxisRole* role : {&plan.roles.slab, &plan.roles.column, &plan.roles.row}) {
    const double roundings = static_cast<double>(depth_of(plan, *role));
    factor *= 1 + roundings * unit / (1 - roundings * unit);
  }
  return factor - 1;
}

double missing_error_bound(const ArrayPlan::Impl& plan, const SampleSpec& spec) {
  if (plan.missing->box) return 0.5 + 255 * std::abs(gain_of(plan, plan.missing->tap_sum) - 1);
  const double unit = unit_of(plan.choice.arithmetic == Arithmetic::f64);
  const double of_sums = weight_error(plan);
  const double gain = std::abs(spec.scale) * plan.missing->tap_sum;
  // No tap is negative, so a sum of values is off by of_sums * (sum of weights) * max|in|, and the
  // sum of weights by of_sums of itself.
  const double of_mean = 2 * of_sums / (1 - of_sums) * largest_seen(spec);
  const double result = gain * (largest_input(spec) + of_mean) + std::abs(spec.offset);
  const double stored = spec.out == SampleType::f32 ? unit_of(false) : unit;
  // Rounded besides: the division, the factor, the constant, the multiply-add, the output.
  const double seen = gain * (largest_seen(spec) + of_mean) + result;
  const double sums = gain * of_mean + 5 * unit * seen + stored * result;
  const double bound = is_integer_type(spec.out) ? sums + 0.5 : sums;
  return std::max(bound, plan.missing->bytes_error);
}

MissingPart make_missing(ArrayPlan::Impl* plan, double tap_sum) {
  MissingPart part;
  part.tap_sum = tap_sum;
  if (plan->choice.arithmetic == Arithmetic::f64) {
    set_weights<double>(*plan, &part);
  } else {
    set_weights<float>(*plan, &part);
  }
  const int64_t samples = plan->outside_samples();
  part.whole.assign(samples, std::byte{1});
  part.empty.assign(samples, std::byte{0});
  part.nothing = constant_row(plan->in_type, samples, centre_of(plan->in_type));
  set_outside_rows(plan, &part);
  if (!are_means_of_bytes(*plan, tap_sum)) return part;
  if (fits_box(*plan)) {
    part.box = box_of(*plan);
  } else if (fits_bytes(*plan)) {
    set_bytes(*plan, &part);
  }
  return part;
}

int64_t scratch_rows(const MissingPart& part) {
  if (part.box) return simd::scratch_rows(*part.box);
  if (part.bytes) {
    return simd::scratch_rows(*part.bytes, std::get<simd::MissingWeights<float>>(part.plane));
  }
  return std::visit([](const auto& of_type) { return simd::scratch_rows(of_type); }, part.plane);
}

void convolve_missing(const simd::MissingStrip& strip, const MissingPart& part) {
  const auto* floats = std::get_if<simd::MissingWeights<float>>(&part.plane);
  if (part.box) {
    simd::convolve_missing_box(strip, *part.box);
  } else if (part.bytes) {
    simd::convolve_missing_u8(strip, *part.bytes, *floats);
  } else if (floats != nullptr) {
    simd::convolve_missing_f32(strip, *floats);
  } else {
    simd::convolve_missing_f64(strip, std::get<simd::MissingWeights<double>>(part.plane));
  }
}

}  // namespace sepconv
