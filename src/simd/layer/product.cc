// Products for every target: which tiles, in which order; src/layer calls them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/layer/product.cc"
#include "simd/layer/product.h"

#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>

#include "simd/layer/product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

template <class Pass>
using RunTiles = void (*)(const Pass&, TilePlace, TilePlace, int64_t);

template <int kBlocks, class Pass, int... i>
RunTiles<Pass> tiles_of(int64_t pixels, std::integer_sequence<int, i...>) {
  static constexpr RunTiles<Pass> kTiles[] = {run_tiles<i + 1, kBlocks, Pass>...};
  return kTiles[pixels - 1];
}

/// Tiles of a number of blocks, 1 to 3.
template <class Pass>
class TileShape {
 public:
  explicit TileShape(int64_t blocks) : blocks_(blocks) {}

  int64_t most_pixels() const {
    constexpr int kMost[] = {kTilePixels<1>, kTilePixels<2>, kTilePixels<3>};
    return kMost[blocks_ - 1];
  }

  RunTiles<Pass> of_pixels(int64_t pixels) const {
    switch (blocks_) {
      case 1:
        return tiles_of<1, Pass>(pixels, std::make_integer_sequence<int, kTilePixels<1>>());
      case 2:
        return tiles_of<2, Pass>(pixels, std::make_integer_sequence<int, kTilePixels<2>>());
      default:
        return tiles_of<3, Pass>(pixels, std::make_integer_sequence<int, kTilePixels<3>>());
    }
  }

 private:
  int64_t blocks_;
};

/// The panels of all output channels: pairs of blocks, and the last three or the only one.
struct PanelRow {
  int64_t blocks;

  int64_t odd_blocks() const { return blocks % 2 == 0 ? 0 : std::min<int64_t>(blocks, 3); }
  int64_t pairs() const { return (blocks - odd_blocks()) / 2; }
};

/// All pixels of a panel, then the next panel.
template <class Pass>
void run_by_panels(const Pass& pass, const PanelRow& panels) {
  for (int64_t block = 0; block < panels.blocks;) {
    const int64_t blocks = block < 2 * panels.pairs() ? 2 : panels.odd_blocks();
    const TileShape<Pass> shape(blocks);
    const EvenTiles tiles(pass.run.pixels, shape.most_pixels());
    if (tiles.large > 0) {
      shape.of_pixels(tiles.size + 1)(pass, {0, block}, {tiles.size + 1, 0}, tiles.large);
    }
    shape.of_pixels(tiles.size)(pass, {tiles.large * (tiles.size + 1), block}, {tiles.size, 0},
                                tiles.count - tiles.large);
    block += blocks;
  }
}

/// All panels of a tile's pixels, then the next tile.
template <class Pass>
void run_by_pixels(const Pass& pass, const PanelRow& panels) {
  const auto run = [&](int64_t blocks, int64_t first, int64_t count) {
    if (count == 0) return;
    const TileShape<Pass> shape(blocks);
    const EvenTiles tiles(pass.run.pixels, shape.most_pixels());
    int64_t pixel = 0;
    for (int64_t i = 0; i < tiles.count; ++i) {
      const int64_t size = tiles.size + (i < tiles.large ? 1 : 0);
      shape.of_pixels(size)(pass, {pixel, first}, {0, blocks}, count);
      pixel += size;
    }
  };
  run(2, 0, panels.pairs());
  run(panels.odd_blocks(), 2 * panels.pairs(), panels.odd_blocks() > 0 ? 1 : 0);
}

template <bool kInSegments, class D>
void run_parts(D d, const ProductRun& run, const ProductWeights& weights) {
  using Pass = ProductPass<D, kInSegments>;
  const PanelRow panels{(weights.channels + Pass::kLanes - 1) / Pass::kLanes};
  const int64_t part = run.depth_part > 0 ? run.depth_part : weights.depth;
  for (int64_t first = 0; first < weights.depth; first += part) {
    const int64_t end = std::min(first + part, weights.depth);
    const Pass pass{run, weights, first, end, Clamp<D>(d, weights.activation)};
    run.panels_outer ? run_by_panels(pass, panels) : run_by_pixels(pass, panels);
  }
}

void run_product_of(const ProductRun& run, const ProductWeights& weights) {
  if (run.pixels == 0) return;
  with_block(weights.block, [&](auto d) HWY_ATTR {
    run.segments == nullptr ? run_parts<false>(d, run, weights) : run_parts<true>(d, run, weights);
  });
  if (run.streams) hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(run_product_of);

ProductWeights part_of_product(const ProductWeights& weights, int64_t first, int64_t count) {
  ProductWeights part = weights;
  part.channels = count;
  part.panels += first * weights.depth;
  part.bias += first;
  if (part.activation.slopes != nullptr) part.activation.slopes += first;
  return part;
}

void run_product(const ProductRun& run, const ProductWeights& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(run_product_of)(run, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
