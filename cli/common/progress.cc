// The progress bar, and the bands of rows between which it moves.
#include "cli/common/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace sepconv::cli {
namespace {

// Shorter work is run whole. Predictions may be off by a few times, hence less than the second
// after which the bar shows.
constexpr double kLongSeconds = 0.25;
constexpr double kBandSeconds = 0.1;  // about ten movements a second
constexpr double kRunsPerPlan = 20;   // planning may take a twentieth of the time
constexpr int kBarWidth = 40;

using Clock = std::chrono::steady_clock;

ImageRef rows_of(const ImageRef& image, int64_t first, int64_t count) {
  ImageRef rows = image;
  rows.data =
      static_cast<std::byte*>(image.data) + first * image.row_stride * sample_bytes(image.type);
  rows.shape.height = count;
  return rows;
}

/// The options of job for bands, which must not choose otherwise than the whole.
FilterOptions band_options(const FilterPlan& plan, const FilterJob& job) {
  FilterOptions options = job.options;
  options.method = plan.method();
  return options;
}

double seconds_to_plan(const FilterPlan& plan, const FilterJob& job) {
  const auto start = Clock::now();
  const FilterPlan again(job.in.shape, job.in.type, job.out.type, *job.kernel,
                         band_options(plan, job));
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void run_in_bands(const FilterPlan& plan, const FilterJob& job, int64_t band_rows) {
  const int64_t height = plan.out_shape().height;
  const Rect whole = job.options.roi.value_or(Rect{0, 0, job.in.shape.width, job.in.shape.height});
  FilterOptions options = band_options(plan, job);
  Context context(options.threads);
  ProgressBar bar;
  for (int64_t y = 0; y < height; y += band_rows) {
    const int64_t rows = std::min(band_rows, height - y);
    options.roi = Rect{whole.x, whole.y + y, whole.width, rows};
    const FilterPlan band(job.in.shape, job.in.type, job.out.type, *job.kernel, options);
    band.run(job.in, rows_of(job.out, y, rows), context);
    bar.show(static_cast<double>(y + rows) / static_cast<double>(height));
  }
}

}  // namespace

ProgressBar::ProgressBar() : start_(Clock::now()), is_terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressBar::show(double fraction) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (!is_terminal_ || seconds < 1 || fraction >= 1) return;
  const int filled = static_cast<int>(fraction * kBarWidth);
  const std::string line =
      fmt::format("\r[{:<{}}] {:3.0f} %, {:.0f} s left ", std::string(filled, '#'), kBarWidth,
                  100 * fraction, fraction > 0 ? seconds / fraction - seconds : 0.0);
  std::fputs(line.c_str(), stderr);
  is_drawn_ = true;
}

void ProgressBar::erase() {
  if (is_drawn_) std::fputs("\r\033[K", stderr);
  is_drawn_ = false;
}

void run_with_progress(const FilterPlan& plan, const FilterJob& job) {
  const double seconds = plan.explain().methods.front().predicted_seconds / job.options.threads;
  if (seconds < kLongSeconds || !isatty(STDERR_FILENO)) {
    plan.run(job.in, job.out);
    return;
  }
  // Rows are independent, so bands cost their plans only.
  const double band_seconds = std::max(kBandSeconds, kRunsPerPlan * seconds_to_plan(plan, job));
  const double band_rows = plan.out_shape().height * std::min(1.0, band_seconds / seconds);
  run_in_bands(plan, job, std::max<int64_t>(1, static_cast<int64_t>(band_rows)));
}

}  // namespace sepconv::cli
