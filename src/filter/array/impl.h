// The inside of an ArrayPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/context_pool.h"
#include "filter/array/missing.h"
#include "filter/array/roles.h"
#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/layout.h"
#include "filter/weights.h"
#include "sepconv/array.h"

namespace sepconv {

/// Where things lie in a worker's scratch, in bytes from its start.
struct ArrayScratch {
  int64_t slab_pointers = 0;  // rows under the slab's taps
  int64_t weights = 0;        // pointers beside the plane's rows and the slab's: to their weights
  int64_t slab_weights = 0;
  int64_t strip_rows = 0;  // the strip engine's rows
  int64_t planes = 0;      // sums of the slab pass: kRowsTogether planes of slots
  int64_t gathered = 0;    // input rows made contiguous
  int64_t marks = 0;       // and their marks, which become their weights
  int64_t scattered = 0;   // output rows before they are spread
  int64_t total = 0;
};

struct ArrayPlan::Impl {
  std::vector<int64_t> shape;
  SampleType in_type, out_type;
  ArrayOptions options;
  AxisRoles roles;
  bool has_slab = false;
  FilterTerms plane;            // the column and row pass as the term of an image filter
  ArithmeticChoice choice;      // what the plane computes with
  PackedWeights slab_weights;   // the column pass of the slab axis
  PackedWeights plane_weights;  // column and row pass of the plane
  Layout layout;                // of the plane
  bool packs_rows = false;      // rows are read as packed ones even where they could be as they are
  int64_t slots = 0;            // plane rows that a chunk needs: its rows and the halo
  int64_t slot_values = 0;      // values between two slots of a plane
  ArrayScratch scratch;
  std::vector<std::byte> outside_slab;    // a row beyond the slab axis, of the input's type
  std::vector<std::byte> outside_column;  // a row beyond the column axis, as the plane sees it
  std::optional<MissingPart> missing;     // where samples may be missing
  Explanation explanation;
  ContextPool contexts{1};

  bool has_gaps() const { return options.missing != Missing::none; }
  int64_t sum_bytes() const { return scratch_value_bytes(plane_weights); }
  /// Of what a slab pass leaves.
  SampleType sum_type() const {
    return choice.arithmetic == Arithmetic::f64 ? SampleType::f64 : SampleType::f32;
  }
  int64_t strip_rows() const {
    return missing ? scratch_rows(*missing) : scratch_rows(plane_weights);
  }
  /// Samples of a row beyond the slab or column axis: as many as any band reads.
  int64_t outside_samples() const {
    return packs_rows ? layout.packed_samples
                      : std::max(roles.row_samples(), layout.packed_samples);
  }
  /// True where a run reads no sample after it was written: a task reads its own rows only, a few
  /// whole ones at a time.
  bool allows_in_place() const {
    return !has_slab && !roles.column.is_filtered() && layout.bands.size() == 1 &&
           in_type == out_type && !has_gaps();
  }
  /// Planes of sums that a slab pass leaves.
  int64_t planes() const { return has_gaps() ? 2 * simd::kRowsTogether : simd::kRowsTogether; }
};

using simd::centre_of;

/// True of the sums of image filters in u8 (fixed16, int32), which arrays have too where they are
/// nothing else: a kernel has one answer and one speed, dense or as factors.
inline bool has_integers(const ArithmeticChoice& choice) {
  return choice.arithmetic != Arithmetic::f32 && choice.arithmetic != Arithmetic::f64;
}

/// Roundings that a sample meets along an axis: its tap stored, then summed. Running sums have one
/// more, the constant that multiplies all.
int64_t depth_of(const ArrayPlan::Impl& plan, const AxisRole& role);

/// Largest |out - exact| of an array filter; units as ArrayPlan::error_bound.
double array_error_bound(const ArrayPlan::Impl& plan, const SampleSpec& spec);

}  // namespace sepconv
