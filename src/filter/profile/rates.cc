// The built-in rates, and the table of their names.
#include "filter/profile/rates.h"

namespace sepconv {
namespace {

constexpr NamedRate kNamed[] = {
    {"fixed16_column_tap", &Rates::fixed16_column_tap},
    {"fixed16_row_tap", &Rates::fixed16_row_tap},
    {"fixed16_sample", &Rates::fixed16_sample},
    {"int16_tap", &Rates::int16_tap},
    {"int16_sample", &Rates::int16_sample},
    {"f32_column_tap", &Rates::f32_column_tap},
    {"f32_row_tap", &Rates::f32_row_tap},
    {"f32_sample", &Rates::f32_sample},
    {"f64_column_tap", &Rates::f64_column_tap},
    {"f64_row_tap", &Rates::f64_row_tap},
    {"f64_sample", &Rates::f64_sample},
    {"f32_in_place_tap", &Rates::f32_in_place_tap},
    {"f32_direct_tap", &Rates::f32_direct_tap},
    {"f64_direct_tap", &Rates::f64_direct_tap},
    {"f32_term", &Rates::f32_term},
    {"f64_term", &Rates::f64_term},
    {"f32_window", &Rates::f32_window},
    {"f32_doubling", &Rates::f32_doubling},
    {"f64_window", &Rates::f64_window},
    {"f64_doubling", &Rates::f64_doubling},
    {"int32_window", &Rates::int32_window},
    {"int32_narrow_row", &Rates::int32_narrow_row},
    {"int32_row", &Rates::int32_row},
    {"conversion_tap", &Rates::conversion_tap},
    {"conversion_window", &Rates::conversion_window},
    {"conversion_sample", &Rates::conversion_sample},
    {"exact_sample", &Rates::exact_sample},
    {"fourier_step", &Rates::fourier_step},
    {"fourier_step_beyond", &Rates::fourier_step_beyond},
    {"fourier_read", &Rates::fourier_read},
    {"fourier_write", &Rates::fourier_write},
    {"recursive_pair", &Rates::recursive_pair},
    {"recursive_sample", &Rates::recursive_sample},
};

// Fitted to rates of whole passes on Zen 3 with AVX2, 2026-11-24 (least of a noisy machine's
// times).
constexpr Rates kBuiltIn{
    .fixed16_column_tap = 0.0175,
    .fixed16_row_tap = 0.0182,
    .fixed16_sample = 0.08,
    .int16_tap = 0.03,
    .int16_sample = 0.01,
    .f32_column_tap = 0.0213,
    .f32_row_tap = 0.025,
    .f32_sample = 0.20,
    .f64_column_tap = 0.0435,
    .f64_row_tap = 0.05,
    .f64_sample = 0.42,
    // 1080p, on Zen 4 with AVX-512.
    .f32_in_place_tap = 0.026,
    // `sepconv tune` on Zen 4 with AVX-512, over the 1.4 that its taps above take there.
    .f32_direct_tap = 0.03,
    .f64_direct_tap = 0.06,
    .f32_term = 0.27,
    .f64_term = 0.43,
    .f32_window = 0.3,
    .f32_doubling = 0.11,
    .f64_window = 0.43,
    .f64_doubling = 0.2,
    .int32_window = 0.05,
    .int32_narrow_row = 0.1,
    .int32_row = 0.23,
    .conversion_tap = 0.012,
    .conversion_window = 0.03,
    .conversion_sample = 0.09,
    .exact_sample = 1.5,
    // bench/micro/fourier_bench.cc on Zen 4.
    .fourier_step = 8.5,
    .fourier_step_beyond = 12.0,
    .fourier_read = 2.5,
    .fourier_write = 2.0,
    // On Zen 4, 1080p f32, in proportion to what the array engine took there by its own rates.
    .recursive_pair = 0.26,
    .recursive_sample = 0.45,
};

}  // namespace

std::span<const NamedRate> named_rates() { return kNamed; }

const Rates& built_in_rates() { return kBuiltIn; }

}  // namespace sepconv
