// The two sweeps of a recursive filter over lines that lie side by side: sample by sample, a lane a
// line. Included once a target by recursive.cc.
#if defined(SEPCONV_SIMD_RECURSION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_RECURSION_INL_H_
#undef SEPCONV_SIMD_RECURSION_INL_H_
#else
#define SEPCONV_SIMD_RECURSION_INL_H_
#endif

#include "simd/convert-inl.h"
#include "simd/recursive/lines.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// The states of kPairs complex recursions, a line a lane.
template <int kPairs, class V>
struct States {
  V re[kPairs], im[kPairs];
};

/// The recursion of one direction. A complex state is kept as it is rather than as the last two
/// outputs of a real recursion: one multiplication more a pair and direction, but its rounding
/// errors grow with 1 / (1 - |pole|), not with the square of it.
template <int kPairs, bool kRoundOnce, class D>
class Recursion {
 public:
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using State = States<kPairs, V>;

  Recursion(D d, const LineFilter& filter, bool from_left) : d_(d) {
    for (int k = 0; k < kPairs; ++k) {
      const PolePair& pair = filter.pairs[k];
      const std::complex<double> weight = from_left ? pair.weight_left : pair.weight_right;
      pole_re_[k] = set(pair.pole.real());
      pole_im_[k] = set(pair.pole.imag());
      minus_pole_im_[k] = set(-pair.pole.imag());
      weight_re_[k] = set(weight.real());
      minus_weight_im_[k] = set(-weight.imag());
    }
  }

  V set(double value) const { return hn::Set(d_, static_cast<T>(value)); }

  /// sum and what the samples so far add to the present one.
  HWY_INLINE V add_to(V sum, const State& state) const {
    for (int k = 0; k < kPairs; ++k) {
      sum = multiply_add<kRoundOnce>(d_, state.re[k], weight_re_[k], sum);
      sum = multiply_add<kRoundOnce>(d_, state.im[k], minus_weight_im_[k], sum);
    }
    return sum;
  }

  /// state = pole * state + x
  HWY_INLINE void advance(V x, State& state) const {
    for (int k = 0; k < kPairs; ++k) {
      const V re = multiply_add<kRoundOnce>(d_, state.im[k], minus_pole_im_[k], x);
      const V im = hn::Mul(state.re[k], pole_im_[k]);
      state.re[k] = multiply_add<kRoundOnce>(d_, state.re[k], pole_re_[k], re);
      state.im[k] = multiply_add<kRoundOnce>(d_, state.im[k], pole_re_[k], im);
    }
  }

  /// The state before the first sample; x is the line's sample 0, kLinesTogether apart.
  State begin(const LineEnd& end, const T* x) const {
    const V value = end.repeated < 0 ? set(end.value) : at(x, end.repeated);
    State state;
    for (int k = 0; k < kPairs; ++k) {
      state.re[k] = hn::Mul(value, set(end.steady[k].real()));
      state.im[k] = hn::Mul(value, set(end.steady[k].imag()));
    }
    for (const int64_t sample : end.samples) advance(at(x, sample), state);
    for (int k = 0; k < kPairs; ++k) {
      const V re = set(end.closing[k].real()), im = set(end.closing[k].imag());
      const V crossed = hn::Mul(state.im[k], im);
      const V turned = hn::Mul(state.re[k], im);
      state.re[k] = hn::Sub(hn::Mul(state.re[k], re), crossed);
      state.im[k] = hn::Add(hn::Mul(state.im[k], re), turned);
    }
    return state;
  }

  V at(const T* x, int64_t sample) const { return hn::Load(d_, x + sample * kLinesTogether); }

 private:
  D d_;
  V pole_re_[kPairs], pole_im_[kPairs], minus_pole_im_[kPairs];
  V weight_re_[kPairs], minus_weight_im_[kPairs];
};

/// Filters the lines of x into y: a sweep from the left, then one from the right that adds to it.
template <int kPairs, bool kRoundOnce, class T>
void sweep_lines(const LineFilter& filter, const T* x, T* y) {
  const hn::CappedTag<T, kLinesTogether> d;
  using Sweep = Recursion<kPairs, kRoundOnce, decltype(d)>;
  const Sweep from_left(d, filter, true), from_right(d, filter, false);
  const auto center = from_left.set(filter.center);
  for (int lane = 0; lane < kLinesTogether; lane += static_cast<int>(hn::Lanes(d))) {
    auto state = from_left.begin(filter.left, x + lane);
    for (int64_t i = 0; i < filter.size; ++i) {
      const auto value = from_left.at(x + lane, i);
      const auto sum = from_left.add_to(hn::Mul(center, value), state);
      hn::Store(sum, d, y + lane + i * kLinesTogether);
      from_left.advance(value, state);
    }
    state = from_right.begin(filter.right, x + lane);
    for (int64_t i = filter.size; i-- > 0;) {
      const auto sum = from_right.add_to(from_right.at(y + lane, i), state);
      hn::Store(sum, d, y + lane + i * kLinesTogether);
      from_right.advance(from_right.at(x + lane, i), state);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
