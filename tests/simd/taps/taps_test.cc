// Rows of correlations on every target: each the same bits as its sums written out.
#include "simd/taps/taps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "simd/target.h"

namespace sepconv::simd {
namespace {

void correlate(const TapRow<float>& row, int64_t samples, float* out) {
  correlate_row_f32(row, {}, samples, SampleType::f32, out);
}
void correlate(const TapRow<double>& row, int64_t samples, double* out) {
  correlate_row_f64(row, {}, samples, SampleType::f64, out);
}

/// Outputs of taps on rows of random samples, and the value each should be.
template <class T>
void expect_sums(TapSums kind, int64_t taps, int64_t samples) {
  std::mt19937 random(static_cast<uint32_t>(taps * 1000 + samples));
  std::uniform_real_distribution<T> any(-1, 1);
  std::vector<T> values(samples + taps + kOverrun), weights(taps);
  for (T& value : values) value = any(random);
  for (T& weight : weights) weight = any(random);
  std::vector<const T*> at(taps), partners(taps);
  for (int64_t t = 0; t < taps; ++t) {
    at[t] = values.data() + t;
    partners[t] = values.data() + taps - 1 - t;
  }
  const TapRow<T> row{kind, at.data(), partners.data(), weights.data(), taps, T{-0.0}};
  std::vector<T> out(samples + 1, T{99});
  correlate(row, samples, out.data());
  for (int64_t x = 0; x < samples; ++x) {
    T sum = T{-0.0};
    for (int64_t t = 0; t < taps; ++t) {
      T value = at[t][x];
      if (t > 0 && kind == TapSums::sums) value += partners[t][x];
      if (t > 0 && kind == TapSums::differences) value -= partners[t][x];
      const T product = value * weights[t];
      sum = sum + product;
    }
    ASSERT_EQ(out[x], sum) << taps << " taps, sample " << x << " of " << samples;
  }
  EXPECT_EQ(out[samples], T{99});
}

TEST(Taps, are_summed_in_order_on_every_target) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const TapSums kind : {TapSums::single, TapSums::sums, TapSums::differences}) {
      for (const int64_t samples : {1, 3, 8, 17, 31, 32, 64, 65, 130}) {
        for (const int64_t taps : {1, 2, 9}) {
          SCOPED_TRACE(target.name);
          expect_sums<float>(kind, taps, samples);
          expect_sums<double>(kind, taps, samples);
        }
      }
    }
  }
  force_target(0);
}

TEST(Taps, become_samples_of_every_type) {
  const double value[1 + kOverrun] = {-2.5};
  const double* at = value;
  const double tap = 1;
  const TapRow<double> row{TapSums::single, &at, nullptr, &tap, 1, 0.0};
  const auto output = [&]<class Out>(Epilogue<double> epilogue, Out out) {
    correlate_row_f64(row, epilogue, 1, sample_type_of<Out>, &out);
    return out;
  };
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    EXPECT_EQ(output({}, int16_t{}), -2);
    EXPECT_EQ(output({.scale = 3}, int32_t{}), -8);
    EXPECT_EQ(output({.scale = 3, .truncates = true}, int32_t{}), -7);
    EXPECT_EQ(output({.divisor = -2, .after = 300}, uint8_t{}), 255);
    EXPECT_EQ(output({.after = -1e6}, uint16_t{}), 0);
    EXPECT_EQ(output({}, float{}), -2.5f);
  }
  force_target(0);
}

template <class In>
void expect_converted(const std::vector<In>& samples) {
  std::vector<double> values(samples.size());
  convert_samples_f64(samples.data(), sample_type_of<In>, samples.size(), values.data());
  for (size_t i = 0; i < samples.size(); ++i) ASSERT_EQ(values[i], samples[i]);
  if constexpr (sizeof(In) < 4) {
    std::vector<float> floats(samples.size());
    convert_samples_f32(samples.data(), sample_type_of<In>, samples.size(), floats.data());
    for (size_t i = 0; i < samples.size(); ++i) ASSERT_EQ(floats[i], samples[i]);
  }
}

TEST(Taps, read_samples_of_every_type_as_they_are) {
  std::mt19937 random(1);
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const size_t count : {1, 15, 16, 77}) {
      const auto any = [&]<class In>(In) {
        std::vector<In> samples(count);
        for (In& sample : samples) sample = static_cast<In>(static_cast<int32_t>(random()));
        return samples;
      };
      expect_converted(any(uint8_t{}));
      expect_converted(any(uint16_t{}));
      expect_converted(any(int16_t{}));
      expect_converted(any(int32_t{}));
      expect_converted(any(float{}));
      expect_converted(any(double{}));
    }
  }
  force_target(0);
}

}  // namespace
}  // namespace sepconv::simd
