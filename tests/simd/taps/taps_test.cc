// Rows of correlations on every target: each the same bits as its sums written out.
#include "simd/taps/taps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "simd/target.h"

namespace sepconv::simd {
namespace {

void correlate(const TapRows<float>& rows, const TapOutput& out) {
  correlate_rows_f32(rows, {}, out);
}
void correlate(const TapRows<double>& rows, const TapOutput& out) {
  correlate_rows_f64(rows, {}, out);
}

/// Runs of taps on random samples, and what each row should be.
template <class T>
class Case {
 public:
  Case(std::vector<TapRun> runs, int64_t samples) : runs_(std::move(runs)), samples_(samples) {
    std::mt19937 random(static_cast<uint32_t>(samples));
    std::uniform_real_distribution<T> any(-1, 1);
    for (const TapRun& run : runs_) reads_ += run.count;
    values_.resize(samples + 2 * reads_ + kOverrun);
    taps_.resize(2 * reads_);
    for (T& value : values_) value = any(random);
    for (T& tap : taps_) tap = any(random);
    for (int64_t i = 0; i < reads_; ++i) {
      at_.push_back(values_.data() + i);
      partners_.push_back(values_.data() + 2 * reads_ - i);
    }
  }

  void expect_sums(int rows) {
    const TapRows<T> tap_rows{rows,         runs_.data(), static_cast<int64_t>(runs_.size()),
                              taps_.data(), at_.data(),   partners_.data(),
                              T{-0.0}};
    std::vector<T> first(samples_ + 1, T{99}), second = first;
    correlate(tap_rows, {sample_type_of<T>, samples_, {first.data(), second.data()}});
    for (int64_t x = 0; x < samples_; ++x) {
      T sum[2] = {T{-0.0}, T{-0.0}};
      add_all(x, sum);
      ASSERT_EQ(first[x], sum[0]) << "sample " << x << " of " << samples_;
      ASSERT_EQ(second[x], rows == 2 ? sum[1] : T{99}) << "sample " << x << " of " << samples_;
    }
    EXPECT_EQ(first[samples_], T{99});
    EXPECT_EQ(second[samples_], T{99});
  }

 private:
  void add_all(int64_t x, T* sum) const {
    const T* tap = taps_.data();
    int64_t i = 0;
    for (const TapRun& run : runs_) {
      for (int64_t n = 0; n < run.count; ++n, ++i) {
        T value = at_[i][x];
        if (run.use == TapUse::sum) value += partners_[i][x];
        if (run.use == TapUse::difference) value -= partners_[i][x];
        const T product = value * *tap++;
        T& row = sum[run.use == TapUse::second_row ? 1 : 0];
        row = row + product;
        if (run.use != TapUse::both_rows) continue;
        const T other = value * *tap++;
        sum[1] = sum[1] + other;
      }
    }
  }

  std::vector<TapRun> runs_;
  int64_t samples_;
  int64_t reads_ = 0;
  std::vector<T> values_, taps_;
  std::vector<const T*> at_, partners_;
};

TEST(Taps, are_summed_in_order_on_every_target) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    SCOPED_TRACE(target.name);
    for (const int64_t samples : {1, 3, 8, 17, 31, 32, 64, 65, 130}) {
      const auto expect = [&](const std::vector<TapRun>& runs, int rows) {
        Case<float>(runs, samples).expect_sums(rows);
        Case<double>(runs, samples).expect_sums(rows);
      };
      expect({{TapUse::sample, 1}}, 1);
      expect({{TapUse::sample, 9}}, 1);
      expect({{TapUse::sample, 1}, {TapUse::sum, 4}}, 1);
      expect({{TapUse::sample, 1}, {TapUse::difference, 3}}, 1);
      expect({{TapUse::sample, 3}, {TapUse::both_rows, 6}, {TapUse::second_row, 3}}, 2);
      expect({{TapUse::both_rows, 1}, {TapUse::second_row, 2}, {TapUse::both_rows, 2}}, 2);
      expect({}, 1);
    }
  }
  force_target(0);
}

TEST(Taps, become_samples_of_every_type) {
  const double value[1 + kOverrun] = {-2.5};
  const double* at = value;
  const double tap = 1;
  const TapRun run{TapUse::sample, 1};
  const TapRows<double> rows{1, &run, 1, &tap, &at, nullptr, 0.0};
  const auto output = [&]<class Out>(Epilogue<double> epilogue, Out out) {
    correlate_rows_f64(rows, epilogue, {sample_type_of<Out>, 1, {&out}});
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
