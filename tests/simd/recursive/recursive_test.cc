// The recursive engine against the recursion written out in long double: sample types, layouts of
// the lines, line counts, ends, and every target.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "simd/recursive/lines.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

constexpr SampleType kTypes[] = {SampleType::u8,  SampleType::u16, SampleType::i16,
                                 SampleType::i32, SampleType::f32, SampleType::f64};

bool needs_double(SampleType type) { return type == SampleType::f64 || type == SampleType::i32; }

LineFilter make_filter(int64_t size, int pairs) {
  LineFilter filter;
  filter.size = size;
  filter.center = 0.25;
  const std::complex<double> poles[] = {{0.5, 0.25}, {-0.25, 0.5}, {0.75, -0.125}, {0.25, 0}};
  for (int k = 0; k < pairs; ++k) {
    filter.pairs.push_back({poles[k], {0.5, 0.125 * k}, {-0.25, 0.5}});
    filter.left.steady[k] = {1.5, -0.5};
    filter.left.closing[k] = {0.5, 0.25};
    filter.right.steady[k] = {0.25, 1};
    filter.right.closing[k] = 1;
  }
  filter.left.value = 2;
  filter.left.samples = {0, size - 1, size / 2};
  filter.right.repeated = size - 1;
  filter.scale = 2;
  filter.offset = 3;
  return filter;
}

/// What one side adds to every sample of a line, the line running away from that side.
std::vector<long double> side_of(const std::vector<double>& line, const LineEnd& end,
                                 const PolePair& pair, bool is_left) {
  using Complex = std::complex<long double>;
  const auto wide = [](std::complex<double> z) { return Complex(z.real(), z.imag()); };
  const auto size = static_cast<int64_t>(line.size());
  Complex state = wide(end.steady[0]);
  state *= end.repeated < 0 ? end.value : line[end.repeated];
  for (const int64_t sample : end.samples) {
    state = wide(pair.pole) * state + Complex(line[sample]);
  }
  state *= wide(end.closing[0]);
  std::vector<long double> sums(size);
  for (int64_t i = 0; i < size; ++i) {
    const int64_t at = is_left ? i : size - 1 - i;
    sums[at] = (wide(is_left ? pair.weight_left : pair.weight_right) * state).real();
    state = wide(pair.pole) * state + Complex(line[at]);
  }
  return sums;
}

std::vector<long double> expected_line(const LineFilter& filter, const std::vector<double>& line) {
  std::vector<long double> sums(line.size());
  for (size_t i = 0; i < line.size(); ++i) sums[i] = filter.center * line[i];
  for (size_t k = 0; k < filter.pairs.size(); ++k) {
    for (const bool is_left : {true, false}) {
      LineEnd end = is_left ? filter.left : filter.right;
      end.steady[0] = end.steady[k];
      end.closing[0] = end.closing[k];
      const auto side = side_of(line, end, filter.pairs[k], is_left);
      for (size_t i = 0; i < line.size(); ++i) sums[i] += side[i];
    }
  }
  for (long double& sum : sums) sum = filter.scale * sum + filter.offset;
  return sums;
}

enum class Layout { across, along, apart };

struct LineCase {
  SampleType in_type, out_type;
  int64_t size, lines;
  int pairs;
  Layout in_layout, out_layout;
};

template <class Void>
void lay_out(Layout layout, const LineCase& c, LineGroup<Void>* group) {
  const int64_t line_step = layout == Layout::along ? c.size : layout == Layout::across ? 1 : 2;
  group->stride = layout == Layout::along    ? 1
                  : layout == Layout::across ? kLinesTogether
                                             : 2 * kLinesTogether;
  for (int64_t k = 0; k < kLinesTogether; ++k) {
    group->offsets[k] = std::min(k, c.lines - 1) * line_step;
  }
}

int64_t place(const LineGroup<void>& group, int64_t line, int64_t sample) {
  return group.offsets[line] + sample * group.stride;
}

void expect_right(const LineCase& c, const std::string& target) {
  std::mt19937 random(static_cast<uint32_t>(c.size * 7 + c.lines));
  LineFilter filter = make_filter(c.size, c.pairs);
  filter.in_double = needs_double(c.in_type) || needs_double(c.out_type) || c.pairs == 3;
  filter.rounds_once = c.out_type != SampleType::f32 && c.out_type != SampleType::f64;
  LineGroup<void> in, out;
  lay_out(c.in_layout, c, &in);
  lay_out(c.out_layout, c, &out);
  const int64_t room = 2 * kLinesTogether * c.size + 2 * kLinesTogether;
  std::vector<double> in_bytes(room), out_bytes(room, -1.0);  // of the widest type
  std::vector<std::vector<double>> lines(c.lines, std::vector<double>(c.size));
  visit_type(c.in_type, [&]<class T>(std::type_identity<T>) {
    T* samples = reinterpret_cast<T*>(in_bytes.data());
    for (int64_t k = 0; k < c.lines; ++k) {
      for (int64_t i = 0; i < c.size; ++i) {
        samples[place(in, k, i)] = static_cast<T>(std::uniform_real_distribution<>(0, 50)(random));
        lines[k][i] = static_cast<double>(samples[place(in, k, i)]);
      }
    }
  });
  std::vector<std::byte> scratch(line_scratch_bytes(filter) + 64);
  LineWork work;
  work.in = {in_bytes.data(), c.in_type, {}, in.stride};
  std::copy_n(in.offsets, kLinesTogether, work.in.offsets);
  work.out = {out_bytes.data(), c.out_type, {}, out.stride};
  std::copy_n(out.offsets, kLinesTogether, work.out.offsets);
  work.lines = c.lines;
  const auto address = reinterpret_cast<uintptr_t>(scratch.data());
  work.scratch = scratch.data() + (64 - address % 64) % 64;
  filter_lines(filter, work);
  visit_type(c.out_type, [&]<class T>(std::type_identity<T>) {
    const T* samples = reinterpret_cast<const T*>(out_bytes.data());
    const bool is_integer = std::is_integral_v<T>;
    const double rounding = filter.in_double && !std::is_same_v<T, float> ? 1e-11 : 1e-3;
    for (int64_t k = 0; k < c.lines; ++k) {
      const auto expected = expected_line(filter, lines[k]);
      for (int64_t i = 0; i < c.size; ++i) {
        const long double lowest = std::numeric_limits<T>::lowest();
        const long double highest = std::numeric_limits<T>::max();
        ASSERT_NEAR(static_cast<double>(samples[place(out, k, i)]),
                    static_cast<double>(std::clamp(expected[i], lowest, highest)),
                    rounding + (is_integer ? 0.5 : 0))
            << target << ": " << name(c.in_type) << " to " << name(c.out_type) << ", line " << k
            << " of " << c.lines << ", sample " << i << " of " << c.size << ", " << c.pairs
            << " pairs, layouts " << static_cast<int>(c.in_layout) << " and "
            << static_cast<int>(c.out_layout);
      }
    }
  });
}

TEST(RecursiveEngine, every_target_agrees_with_the_recursion_written_out) {
  constexpr Layout kLayouts[] = {Layout::across, Layout::along, Layout::apart};
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    int64_t count = 0;
    for (const int64_t size : {1, 5, 16, 37}) {
      for (const SampleType in : kTypes) {
        for (const SampleType out : kTypes) {
          const int pairs = static_cast<int>(1 + count % 4);
          const int64_t lines = count % 5 == 4 ? 3 : kLinesTogether;
          const Layout from = kLayouts[count % 3], to = kLayouts[count / 3 % 3];
          expect_right({in, out, size, lines, pairs, from, to}, target.name);
          if (HasFatalFailure()) return force_target(0);
          ++count;
        }
      }
    }
  }
  force_target(0);
}

TEST(RecursiveEngine, filters_in_place) {
  std::mt19937 random(3);
  const int64_t size = 40;
  const LineFilter filter = make_filter(size, 2);
  alignas(64) float scratch[2 * size * kLinesTogether];
  std::vector<float> there(size * kLinesTogether), out(there.size());
  for (float& x : there) x = std::uniform_real_distribution<float>(-1, 1)(random);
  LineWork work;
  for (int64_t k = 0; k < kLinesTogether; ++k) work.in.offsets[k] = work.out.offsets[k] = k;
  work.in.stride = work.out.stride = kLinesTogether;
  work.scratch = scratch;
  work.in.data = there.data();
  work.out.data = out.data();
  filter_lines(filter, work);
  work.out.data = there.data();
  filter_lines(filter, work);
  EXPECT_EQ(there, out);
}

}  // namespace
}  // namespace sepconv::simd
