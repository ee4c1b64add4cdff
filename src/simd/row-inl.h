// The row pass: weighted sums along scratch rows, from one or several sources into one output row.
#if defined(SEPCONV_SIMD_ROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_ROW_INL_H_
#undef SEPCONV_SIMD_ROW_INL_H_
#else
#define SEPCONV_SIMD_ROW_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "base/aligned.h"
#include "simd/convert-inl.h"
#include "simd/hold-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of sums in a block of a row, and taps of a class in use at a time: 8 + 4 + the load
/// are 13 of 16 registers, and 11 loads serve 32 multiply-adds. AVX-512 has 32 registers: 16 + 4 +
/// the load, of half vectors, for unaligned loads of whole ones all cross cache lines.
#if HWY_TARGET == HWY_AVX3
inline constexpr int kRowVectors = 16;
template <class T>
using RowTag = hn::CappedTag<T, 32 / sizeof(T)>;
#else
inline constexpr int kRowVectors = 8;
template <class T>
using RowTag = hn::ScalableTag<T>;
#endif
inline constexpr int kClassTaps = 4;

/// Calls samples into the second cache: the first one holds scratch rows.
HWY_INLINE void call_ahead(const void* samples) {
#if HWY_COMPILER_GCC
  __builtin_prefetch(samples, 0, 2);
#else
  hwy::Prefetch(samples);
#endif
}

/// What one output row is made of: sources[i] is the sample under tap 0 of output sample 0.
template <class T>
struct RowPass {
  const Weights<T>* weights;
  const T* const* sources;           // one a term
  int64_t first = 0;                 // the output sample that x = 0 is
  bool streams = false;              // past the caches: whole vectors, aligned
  const std::byte* ahead = nullptr;  // in a stream: input that the next column pass needs
  int64_t ahead_sample_bytes = 0;

  const T* source(size_t term) const { return sources[term] + first; }
  RowPass in_cache() const {
    RowPass pass = *this;
    pass.streams = false;
    return pass;
  }

  /// Calls the input below output sample x.
  HWY_INLINE void call_below(int64_t x) const {
    call_ahead(ahead + (first + x) * ahead_sample_bytes);
  }
};

/// The row pass of output row y. Ahead lies a row of those that the next column pass adds.
template <class T>
RowPass<T> row_pass(const StripWork<T>& work, const T* const* sources, int64_t y) {
  RowPass<T> pass{&work.weights, sources};
  if (!work.strip.streams) return pass;
  const int64_t taps = work.weights.terms[0].column.size();
  pass.streams = true;
  pass.ahead = work.input_row(y + kRowsTogether + taps - 1);
  pass.ahead_sample_bytes = sample_bytes(work.weights.in_type);
  return pass;
}

/// Calls write(pass, count, out) for a whole row or, in a stream, for what is aligned of it and for
/// both ends, which share lines with other rows and do not stream.
template <class T, class Out, class Write>
HWY_INLINE void write_parts(RowPass<T> pass, int64_t samples, Out* out, const Write& write) {
  if (!pass.streams) return write(pass, samples, out);
  constexpr int64_t kLine = kAlignment / sizeof(Out);
  const int64_t head = std::min(first_aligned<kLine>(out), samples);
  const int64_t whole = (samples - head) / kLine * kLine;
  if (head > 0) write(pass.in_cache(), head, out);
  pass.first = head;
  if (whole > 0) write(pass, whole, out + head);
  pass.first = head + whole;
  if (pass.first < samples) write(pass.in_cache(), samples - pass.first, out + pass.first);
}

/// Sums of a block in registers, and the taps of a class that they take at a time.
template <class D, int kClassStep, bool kRoundOnce>
struct RowBlock {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  // Output vector i and tap a meet in the samples at i * lanes + a * class step. Counted in units
  // that divide both, equal distances are one load.
  static constexpr int kLanes = hn::MaxLanes(D());
  static constexpr int kUnit = kLanes < 8 ? kLanes : 8;
  static constexpr int kVectorUnits = kLanes / kUnit;
  static constexpr int kTapUnits = kClassStep / kUnit;

  V sum[kRowVectors];

  /// True where tap a of a class meets an output vector at that distance.
  static constexpr bool is_met(int units, int a) {
    const int i = units - a * kTapUnits;
    return i >= 0 && i % kVectorUnits == 0 && i / kVectorUnits < kRowVectors;
  }

  template <int kUnits, int kTap>
  HWY_INLINE void add_tap(D d, V v, V w) {
    if constexpr (is_met(kUnits, kTap)) {
      constexpr int i = (kUnits - kTap * kTapUnits) / kVectorUnits;
      sum[i] = multiply_add<kRoundOnce>(d, v, w, sum[i]);
    }
  }

  /// One load, and all that it serves; then the loads after it.
  template <int kTaps, int kUnits>
  HWY_INLINE void add_from(D d, const T* t, const V (&w)[kClassTaps]) {
    if constexpr (kUnits <= (kRowVectors - 1) * kVectorUnits + (kTaps - 1) * kTapUnits) {
      constexpr bool kIsUsed = is_met(kUnits, 0) || (kTaps > 1 && is_met(kUnits, 1)) ||
                               (kTaps > 2 && is_met(kUnits, 2)) || (kTaps > 3 && is_met(kUnits, 3));
      if constexpr (kIsUsed) {
        const V v = hold_in_order(hn::LoadU(d, t + kUnits * kUnit));
        add_tap<kUnits, 0>(d, v, w[0]);
        if constexpr (kTaps > 1) add_tap<kUnits, 1>(d, v, w[1]);
        if constexpr (kTaps > 2) add_tap<kUnits, 2>(d, v, w[2]);
        if constexpr (kTaps > 3) add_tap<kUnits, 3>(d, v, w[3]);
      }
      add_from<kTaps, kUnits + 1>(d, t, w);
    }
  }

  /// kTaps neighbouring taps of a class.
  template <int kTaps>
  HWY_INLINE void add_class_taps(D d, const T* t, const T* taps) {
    V w[kClassTaps];
    w[0] = hn::Set(d, taps[0]);
    if constexpr (kTaps > 1) w[1] = hn::Set(d, taps[1]);
    if constexpr (kTaps > 2) w[2] = hn::Set(d, taps[2]);
    if constexpr (kTaps > 3) w[3] = hn::Set(d, taps[3]);
    add_from<kTaps, 0>(d, t, w);
  }
};

/// Where a row pass is: the sample under the first tap of the next class, and that tap.
template <class T>
struct RowCursor {
  const T* t;
  const T* taps;
  int64_t channels;
};

/// Adds classes, each of whole groups of kClassTaps and kRest more taps.
template <int kRest, class Block, class D, class T>
HWY_INLINE void add_classes(D d, Block& block, RowCursor<T>& cursor, int64_t classes,
                            int64_t groups) {
  constexpr int64_t kGroupStep = kClassTaps * Block::kTapUnits * Block::kUnit;
  HWY_UNROLL(1)
  for (int64_t c = 0; c < classes; ++c) {
    const T* t = cursor.t;
    HWY_UNROLL(1)
    for (int64_t g = 0; g < groups; ++g) {
      block.template add_class_taps<kClassTaps>(d, t, cursor.taps);
      t += kGroupStep;
      cursor.taps += kClassTaps;
    }
    if constexpr (kRest > 0) block.template add_class_taps<kRest>(d, t, cursor.taps);
    cursor.taps += kRest;
    cursor.t += cursor.channels;
  }
}

/// Adds all taps of one source: its long classes, then those with a tap less.
template <class Block, class D, class T>
HWY_INLINE void add_source(D d, Block& block, RowCursor<T> cursor, const RowTaps<T>& row) {
  HWY_UNROLL(1)
  for (int64_t shorter = 0; shorter < 2; ++shorter) {
    const int64_t classes = shorter == 0 ? row.long_classes : row.class_count - row.long_classes;
    const int64_t taps = row.taps_in_long - shorter;
    const int64_t groups = taps / kClassTaps;
    switch (taps % kClassTaps) {
      case 0:
        add_classes<0>(d, block, cursor, classes, groups);
        break;
      case 1:
        add_classes<1>(d, block, cursor, classes, groups);
        break;
      case 2:
        add_classes<2>(d, block, cursor, classes, groups);
        break;
      case 3:
        add_classes<3>(d, block, cursor, classes, groups);
        break;
    }
  }
}

/// The epilogue in registers: outputs may lie anywhere, so memory would be read again each time.
template <bool kRoundOnce, class D>
struct Finisher {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  HWY_INLINE Finisher(D d, const Epilogue<T>& epilogue)
      : before(hn::Set(d, epilogue.before)),
        divisor(hn::Set(d, epilogue.divisor)),
        scale(hn::Set(d, epilogue.scale)),
        after(hn::Set(d, epilogue.after)),
        divides(hold(epilogue.divisor != 1)),
        scales(hold(epilogue.scale != 1 || epilogue.after != 0)) {}

  HWY_INLINE V finish(D d, V sum) const {
    if (divides) sum = hn::Div(sum, divisor);
    if (scales) sum = multiply_add<kRoundOnce>(d, sum, scale, after);
    return sum;
  }

  V before, divisor, scale, after;
  bool divides, scales;
};

/// A block of finished sums at out: kRowVectors vectors from sample x on. Not inlined, so that the
/// output types share it.
template <int kClassStep, bool kRoundOnce, class T>
HWY_NOINLINE void sum_block(const RowPass<T>& pass, int64_t x, T* out) {
  const RowTag<T> d;
  using Block = RowBlock<RowTag<T>, kClassStep, kRoundOnce>;
  const Weights<T>& weights = *pass.weights;
  const Finisher<kRoundOnce, RowTag<T>> finisher(d, weights.epilogue);
  Block block;
  HWY_UNROLL(16)
  for (int i = 0; i < kRowVectors; ++i) block.sum[i] = finisher.before;
  for (size_t s = 0; s < weights.terms.size(); ++s) {
    const RowTaps<T>& row = weights.terms[s].row;
    add_source(d, block, RowCursor<T>{pass.source(s) + x, row.taps.data(), weights.channels}, row);
  }
  const bool streams = pass.streams;
  HWY_UNROLL(16)
  for (int i = 0; i < kRowVectors; ++i) {
    const auto sum = finisher.finish(d, block.sum[i]);
    T* to = out + i * Block::kLanes;
    streams ? hn::Stream(sum, d, to) : hn::StoreU(sum, d, to);
  }
}

/// One vector of finished sums, the taps in the same order; for rows shorter than a block.
template <bool kRoundOnce, class T>
HWY_NOINLINE void sum_vector(const RowPass<T>& pass, int64_t x, T* out) {
  const hn::ScalableTag<T> d;
  const Weights<T>& weights = *pass.weights;
  const Finisher<kRoundOnce, hn::ScalableTag<T>> finisher(d, weights.epilogue);
  auto sum = finisher.before;
  for (size_t s = 0; s < weights.terms.size(); ++s) {
    const RowTaps<T>& row = weights.terms[s].row;
    const T* tap = row.taps.data();
    for (int64_t c = 0; c < row.class_count; ++c) {
      const T* t = pass.source(s) + x + c * weights.channels;
      const int64_t taps = row.taps_in_long - (c < row.long_classes ? 0 : 1);
      for (int64_t a = 0; a < taps; ++a, t += row.class_step) {
        sum = multiply_add<kRoundOnce>(d, hn::LoadU(d, t), hn::Set(d, *tap++), sum);
      }
    }
  }
  hn::StoreU(finisher.finish(d, sum), d, out);
}

/// Sums as output samples; whole vectors only, in a stream on multiples of their bytes.
template <class T, class Out>
HWY_INLINE void store_sums(const T* sums, int64_t count, bool truncates, Out* out,
                           bool streams = false) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  for (int64_t i = 0; i < count; i += kLanes) {
    const auto v = hn::LoadU(d, sums + i);
    streams ? stream_from(d, v, truncates, out + i) : store_from(d, v, truncates, out + i);
  }
}

/// A whole output row: blocks, the last one moved back to end with the row; shorter rows by single
/// vectors and a small buffer.
template <int kClassStep, bool kRoundOnce, class T, class Out>
HWY_INLINE void convolve_row(const RowPass<T>& pass, int64_t samples, Out* out) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr int64_t kBlock = kRowVectors * hn::MaxLanes(RowTag<T>());
  const bool truncates = pass.weights->epilogue.truncates;
  HWY_ALIGN T sums[kBlock];
  const RowPass<T> in_cache = pass.in_cache();
  for (int64_t x = 0; samples >= kBlock && x < samples; x += kBlock) {
    const int64_t at = x + kBlock <= samples ? x : samples - kBlock;
    for (int64_t i = 0; pass.streams && i < kBlock; i += kLanes) pass.call_below(at + i);
    if constexpr (std::is_same_v<T, Out>) {
      sum_block<kClassStep, kRoundOnce>(pass, at, out + at);
    } else {
      sum_block<kClassStep, kRoundOnce>(in_cache, at, sums);
      store_sums(sums, kBlock, truncates, out + at, pass.streams);
    }
  }
  if (samples >= kBlock) return;
  for (int64_t x = 0; x < samples; x += kLanes) {
    Out last[kLanes];
    sum_vector<kRoundOnce>(pass, x, sums);
    store_sums(sums, kLanes, truncates, last);
    std::memcpy(out + x, last, std::min(kLanes, samples - x) * sizeof(Out));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
