// Rows whose missing samples are replaced: every type, by marks and by NaN, over widths around
// vectors, in place and apart, on every target.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "simd/missing/missing.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

/// A row of which about a share of valid samples in 8 is valid; missing ones hold the largest
/// value, or NaN.
template <class In>
struct GapRow {
  GapRow(int64_t count, uint32_t valid_of_8) : random(static_cast<uint32_t>(count)) {
    for (int64_t i = 0; i < count; ++i) {
      const bool is_valid = random() % 8 < valid_of_8;
      in.push_back(is_valid ? static_cast<In>(random() % 100) : unseen());
      marks.push_back(is_valid ? 1 + random() % 255 : 0);
      filled.push_back(is_valid ? in[i] : static_cast<In>(centre_of(sample_type_of<In>)));
      weights.push_back(is_valid ? 1 : 0);
    }
  }

  static In unseen() {
    using Limits = std::numeric_limits<In>;
    return Limits::has_quiet_NaN ? Limits::quiet_NaN() : Limits::max();
  }

  Gaps gaps() const {
    int64_t valid = 0;
    for (const uint8_t weight : weights) valid += weight;
    if (valid == static_cast<int64_t>(weights.size())) return Gaps::none;
    return valid == 0 ? Gaps::all : Gaps::some;
  }

  std::mt19937 random;
  std::vector<In> in, filled;
  std::vector<uint8_t> marks, weights;
};

template <class In>
void check(const GapRow<In>& row, bool has_marks) {
  const int64_t count = static_cast<int64_t>(row.in.size());
  std::vector<In> in = row.in, filled(count);
  std::vector<uint8_t> marks = row.marks, weights(count);
  const auto marked = [&] {
    return MarkedRow{sample_type_of<In>, in.data(), has_marks ? marks.data() : nullptr, count};
  };
  ASSERT_EQ(fill_gaps(marked(), filled.data(), weights.data()), row.gaps());
  if (row.gaps() != Gaps::some) {
    EXPECT_EQ(filled, std::vector<In>(count)) << "written without need";
    return;
  }
  EXPECT_EQ(filled, row.filled);
  EXPECT_EQ(weights, row.weights);
  fill_gaps(marked(), in.data(), has_marks ? marks.data() : weights.data());
  EXPECT_EQ(in, row.filled);
  EXPECT_EQ(has_marks ? marks : weights, row.weights);
}

template <class In>
void check_type() {
  SCOPED_TRACE(name(sample_type_of<In>));
  for (const int64_t count : {1, 2, 5, 8, 15, 16, 17, 33, 63, 64, 65, 100, 131, 300}) {
    for (const uint32_t valid_of_8 : {0u, 4u, 8u}) {
      const GapRow<In> row(count, valid_of_8);
      check(row, true);
      if (std::is_floating_point_v<In>) check(row, false);
    }
  }
}

TEST(Gaps, are_filled_with_what_sums_take_as_nothing) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    SCOPED_TRACE(target.name);
    check_type<uint8_t>();
    check_type<uint16_t>();
    check_type<int16_t>();
    check_type<int32_t>();
    check_type<float>();
    check_type<double>();
  }
  force_target(0);
}

TEST(Gaps, are_nan_and_not_infinities_where_nothing_is_marked) {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> row = {1, infinity, -infinity}, filled(3);
  std::vector<uint8_t> weights(3);
  MarkedRow marked{SampleType::f32, row.data(), nullptr, 3};
  EXPECT_EQ(fill_gaps(marked, filled.data(), weights.data()), Gaps::none);
  row[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(fill_gaps(marked, filled.data(), weights.data()), Gaps::some);
  EXPECT_EQ(filled, (std::vector<float>{0, infinity, -infinity}));
  EXPECT_EQ(weights, (std::vector<uint8_t>{0, 1, 1}));
}

}  // namespace
}  // namespace sepconv::simd
