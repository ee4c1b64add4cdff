// The strip loop of data with gaps: the ordinary passes over rows of values and over rows of
// weights, then one division.
#if defined(SEPCONV_SIMD_MISSING_STRIP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_STRIP_INL_H_
#undef SEPCONV_SIMD_MISSING_STRIP_INL_H_
#else
#define SEPCONV_SIMD_MISSING_STRIP_INL_H_
#endif

#include <algorithm>
#include <cstring>
#include <optional>

#include "simd/missing/missing.h"
#include "simd/separable-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// One of the two sums: columns kRowsTogether rows at a time, then row by row into strip.out.
template <class T>
class SumOfStrip {
 public:
  SumOfStrip(const Strip& strip, const MissingWeights<T>& all, const Weights<T>& weights,
             int64_t first_place)
      : strip_(strip),
        work_{strip_, weights},
        passes_(passes_of(weights, all.finish.out_type)),
        first_place_(first_place) {}

  /// Starts with the group of rows that row 0 is in; gives its first row, 0 or above the strip.
  int64_t begin() {
    if (work_.weights.windows.column == 0) return 0;
    windows_.emplace(work_);
    passes_.begin_windows(*windows_);
    return windows_->first_row();
  }

  /// The next group: column windows come one after the other, ordinary ones from any row y.
  void sum_columns(int64_t y) {
    if (!windows_) return passes_.combine_term(work_, term(), y, 0);
    passes_.advance_windows(*windows_);
    for (int64_t q = 0; q < kRowsTogether; ++q) work_.fill_edges(work_.scratch_row(q), term().fill);
  }

  /// Row q of the group.
  const T* sum_row(int64_t q) const {
    const T* source = work_.scratch_row(q) + first_place_ - work_.weights.anchor_samples;
    passes_.write_row(work_, &source, 0);
    return static_cast<const T*>(work_.strip.out);
  }

 private:
  const Term<T>& term() const { return work_.weights.terms[0]; }

  const Strip strip_;
  const StripWork<T> work_;
  const Passes<T> passes_;
  const int64_t first_place_;
  std::optional<ColumnWindows<T>> windows_;
};

/// What a row of outputs is divided from.
template <class T>
struct SumRows {
  const T* values;
  const T* weights;
  bool streams;
};

/// One output row from a row of values and a row of weights, both with room for whole vectors. A
/// stream begins on a whole vector of outputs, and goes past the caches.
template <class Out, bool kRoundOnce, class T>
void divide_row(const MissingFinish<T>& finish, const SumRows<T>& sums, int64_t samples,
                void* out_row) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  Out* out = static_cast<Out*>(out_row);
  const auto scale = hn::Set(d, finish.scale);
  const auto after = hn::Set(d, finish.after);
  const auto least = hn::Set(d, finish.least);
  const auto fill = hn::Set(d, finish.fill);
  const bool truncates = finish.truncates;
  const auto quotient_at = [&](int64_t x) HWY_ATTR {
    const auto weight = hn::LoadU(d, sums.weights + x);
    const auto mean = hn::Div(hn::LoadU(d, sums.values + x), weight);
    const auto scaled = multiply_add<kRoundOnce>(d, mean, scale, after);
    return hn::IfThenElse(hn::Lt(weight, least), fill, scaled);
  };
  const auto part = [&](int64_t x, int64_t count) HWY_ATTR {
    Out some[kLanes];
    store_from(d, quotient_at(x), truncates, some);
    std::memcpy(out + x, some, count * sizeof(Out));
  };
  int64_t x = sums.streams ? std::min(first_aligned<kLanes>(out), samples) : 0;
  if (x > 0) part(0, x);
  for (; x + kLanes <= samples; x += kLanes) {
    const auto quotient = quotient_at(x);
    if (sums.streams) {
      stream_from(d, quotient, truncates, out + x);
    } else {
      store_from(d, quotient, truncates, out + x);
    }
  }
  if (x < samples) part(x, samples - x);
}

template <class T>
using DivideRow = void (*)(const MissingFinish<T>&, const SumRows<T>&, int64_t samples, void* out);

template <class T>
DivideRow<T> choose_divide_row(SampleType out) {
  DivideRow<T> divide = nullptr;
  with_sample_type<T>(out, [&]<class Out>(std::type_identity<Out>) {
    divide = divide_row<Out, false, T>;
#if !HWY_NATIVE_FMA
    if constexpr (std::is_integral_v<Out>) divide = divide_row<Out, true, T>;
#endif
  });
  return divide;
}

/// The two sums of a strip, and what is kept of them from group to group.
template <class T>
class MissingSums {
 public:
  MissingSums(const MissingStrip& missing, const MissingWeights<T>& weights)
      : missing_(missing),
        weights_(weights),
        divide_(choose_divide_row<T>(weights.finish.out_type)),
        finished_(StripWork<T>{missing.strip, weights.values}.scratch_start(scratch_rows(weights) -
                                                                            kFinishedRows)),
        value_sums_(strip_of_values(), weights, weights.values, missing.first_place),
        weight_sums_(strip_of_weights(), weights, weights.weights, missing.first_place) {}

  void run() {
    const int64_t rows = missing_.strip.out_rows;
    const bool has_windows = weights_.values.windows.column > 0;
    const Gaps of_strip = gaps_under(0, rows);
    weight_sums_.begin();
    for (int64_t y = value_sums_.begin(); y < rows; y += kRowsTogether) {
      run_group(y, has_windows ? of_strip : gaps_under(y, kRowsTogether));
    }
  }

 private:
  /// Sums are taken from where they were met before only where the same rows are under the taps, so
  /// outputs are the same bits as if all were computed.
  void run_group(int64_t y, Gaps gaps) {
    const int64_t first = std::max<int64_t>(0, -y);
    const int64_t end = std::min<int64_t>(kRowsTogether, missing_.strip.out_rows - y);
    if (gaps == Gaps::all && empty_out_ != nullptr) {
      for (int64_t q = first; q < end; ++q) std::memcpy(out_row(y + q), empty_out_, out_bytes());
      return;
    }
    const bool is_known = gaps == Gaps::none && knows_whole_;
    value_sums_.sum_columns(y);
    if (!is_known) weight_sums_.sum_columns(y);
    for (int64_t q = first; q < end; ++q) {
      const T* value = value_sums_.sum_row(q);
      const T* weight = is_known ? finished(2) : weight_sums_.sum_row(q);
      divide_(weights_.finish, {value, weight, missing_.strip.streams}, missing_.strip.out_samples,
              out_row(y + q));
    }
    if (gaps == Gaps::all) empty_out_ = out_row(y + first);
    if (gaps == Gaps::none && !knows_whole_) {
      std::copy_n(finished(1), missing_.strip.scratch_stride, finished(2));
      knows_whole_ = true;
    }
  }

  Gaps gaps_under(int64_t y, int64_t count) const {
    const auto taps = static_cast<int64_t>(weights_.weights.terms[0].column.size());
    return simd::gaps_under(missing_, taps, y, count);
  }

  T* finished(int64_t row) const { return finished_ + row * missing_.strip.scratch_stride; }
  char* out_row(int64_t y) const {
    return static_cast<char*>(missing_.strip.out) + y * missing_.strip.out_stride_bytes;
  }
  int64_t out_bytes() const {
    return missing_.strip.out_samples * sample_bytes(weights_.finish.out_type);
  }

  Strip strip_of_values() const {
    Strip strip = missing_.strip;
    strip.out = finished(0);
    strip.streams = false;
    return strip;
  }
  Strip strip_of_weights() const {
    Strip strip = missing_.strip;
    strip.rows = missing_.weight_rows;
    strip.scratch =
        StripWork<T>{missing_.strip, weights_.values}.scratch_start(scratch_rows(weights_.values));
    strip.out = finished(1);
    strip.streams = false;
    return strip;
  }

  const MissingStrip& missing_;
  const MissingWeights<T>& weights_;
  DivideRow<T> divide_;
  T* finished_;
  SumOfStrip<T> value_sums_, weight_sums_;
  bool knows_whole_ = false;         // finished(2) holds them
  const void* empty_out_ = nullptr;  // an output row of nothing but missing samples
};

template <class T>
void convolve_missing(const MissingStrip& strip, const MissingWeights<T>& weights) {
  MissingSums<T>(strip, weights).run();
  if (strip.strip.streams) hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
