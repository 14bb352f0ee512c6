// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Jocher et al., Ultralytics YOLOv8, 2023: YOLOv8n for detection as ultralytics exports it. The output is {N, 4 + classes,
// anchors}: centre, width and height in pixels, and a probability a class.
namespace abut::zoo {
namespace {

constexpr std::int64_t bins = 16;  ///< of the distribution over a side's distance
constexpr std::array<std::int64_t, 3> strides{8, 16, 32};

class Yolo {
public:
    explicit Yolo(NetworkBuilder& net) : net_(net) {}

    Signal conv(const Signal& x, std::int64_t channels, std::int64_t kernel, std::int64_t stride, const std::string& name) {
        const ConvForm form{.channels = channels, .kernel = kernel, .stride = stride, .pad = kernel / 2};
        return net_.silu(net_.conv_norm(x, form, name, 1e-3F));
    }

    /// Cross stage partial bottleneck with two convolutions: half of x and each bottleneck's result are joined.
    Signal c2f(const Signal& x, std::int64_t channels, int count, bool has_shortcut, const std::string& name) {
        std::vector<Signal> parts = net_.split(conv(x, channels, 1, 1, name + ".cv1"), {channels / 2, channels / 2});
        for (int index = 0; index < count; ++index) {
            const Signal last = parts.back();
            const std::string part = fmt::format("{}.m.{}", name, index);
            const Signal y = conv(conv(last, channels / 2, 3, 1, part + ".cv1"), channels / 2, 3, 1, part + ".cv2");
            parts.push_back(has_shortcut ? net_.add(last, y) : y);
        }
        return conv(net_.concat(parts), channels, 1, 1, name + ".cv2");
    }

    /// Spatial pyramid pooling: pools of pools, joined.
    Signal sppf(const Signal& x, const std::string& name) {
        std::vector<Signal> pools{conv(x, x.channels() / 2, 1, 1, name + ".cv1")};
        for (int index = 0; index < 3; ++index) {
            pools.push_back(net_.pool(pools.back(), {.kernel = {5, 5}, .pads = {2, 2, 2, 2}}));
        }
        return conv(net_.concat(pools), x.channels(), 1, 1, name + ".cv2");
    }

    /// Two convolutions and a last one without activation.
    Signal branch(const Signal& x, std::int64_t inner, std::int64_t outputs, const std::string& name) {
        const Signal y = conv(conv(x, inner, 3, 1, name + ".0"), inner, 3, 1, name + ".1");
        return net_.conv(y, {.channels = outputs, .bias = true}, name + ".2");
    }

private:
    NetworkBuilder& net_;
};

/// The three levels that are detected on, the finest first.
std::array<Signal, 3> features(NetworkBuilder& net, Yolo& yolo, Signal x, std::int64_t width) {
    x = yolo.conv(x, width, 3, 2, "model.0");
    x = yolo.c2f(yolo.conv(x, 2 * width, 3, 2, "model.1"), 2 * width, 1, true, "model.2");
    const Signal fine = yolo.c2f(yolo.conv(x, 4 * width, 3, 2, "model.3"), 4 * width, 2, true, "model.4");
    const Signal middle = yolo.c2f(yolo.conv(fine, 8 * width, 3, 2, "model.5"), 8 * width, 2, true, "model.6");
    const Signal coarse = yolo.c2f(yolo.conv(middle, 16 * width, 3, 2, "model.7"), 16 * width, 1, true, "model.8");
    const Signal pooled = yolo.sppf(coarse, "model.9");
    const Signal down = yolo.c2f(net.concat({net.upsample_nearest(pooled, 2), middle}), 8 * width, 1, false, "model.12");
    const Signal first = yolo.c2f(net.concat({net.upsample_nearest(down, 2), fine}), 4 * width, 1, false, "model.15");
    const Signal up = net.concat({yolo.conv(first, 4 * width, 3, 2, "model.16"), down});
    const Signal second = yolo.c2f(up, 8 * width, 1, false, "model.18");
    const Signal top = net.concat({yolo.conv(second, 8 * width, 3, 2, "model.19"), pooled});
    return {first, second, yolo.c2f(top, 16 * width, 1, false, "model.21")};
}

/// Centres of the anchors of all levels, {1, 2, anchors}, and the strides of their levels, {1, anchors}.
struct Anchors {
    std::vector<float> centres;
    std::vector<float> strides;
};

Anchors make_anchors(const std::array<Signal, 3>& levels, const NetworkBuilder& net) {
    Anchors anchors;
    std::vector<float> rows;
    for (std::size_t level = 0; level < levels.size(); ++level) {
        const Shape& shape = net.shape(levels[level]);
        for (std::int64_t pixel = 0; pixel < shape[2] * shape[3]; ++pixel) {
            anchors.centres.push_back(static_cast<float>(pixel % shape[3]) + 0.5F);
            const std::int64_t row = pixel / shape[3];
            rows.push_back(static_cast<float>(row) + 0.5F);
            anchors.strides.push_back(static_cast<float>(strides[level]));
        }
    }
    anchors.centres.insert(anchors.centres.end(), rows.begin(), rows.end());
    return anchors;
}

/// From {N, 64, anchors}, the logits of four distances, to boxes {N, 4, anchors}.
ValueId decode(Graph& graph, ValueId logits, const Anchors& anchors) {
    const std::int64_t batch = graph.value(logits).shape[0];
    const auto count = static_cast<std::int64_t>(anchors.strides.size());
    std::vector<float> weights(bins);
    for (std::size_t bin = 0; bin < weights.size(); ++bin) weights[bin] = static_cast<float>(bin);
    const ValueId sides = graph.transpose(graph.reshape(logits, {batch, 4, bins, count}), {0, 2, 1, 3});
    const ValueId project = graph.constant({1, bins, 1, 1}, weights, "model.22.dfl.conv.weight");
    const ValueId distances = graph.reshape(graph.conv2d(graph.softmax(sides, 1), project), {batch, 4, count});
    const std::vector<ValueId> corners = graph.split(distances, 1, {2, 2});
    const ValueId centres = graph.constant({1, 2, count}, anchors.centres, "anchors");
    const ValueId first = graph.apply(Function::Subtract, centres, corners[0]);
    const ValueId second = graph.add(centres, corners[1]);
    const float half = 0.5F;
    const ValueId middle = graph.multiply(graph.add(first, second), graph.constant(Shape{}, std::span(&half, 1)));
    const ValueId boxes = graph.concat({middle, graph.apply(Function::Subtract, second, first)}, 1);
    return graph.multiply(boxes, graph.constant({1, count}, anchors.strides, "strides"));
}

Graph yolov8n(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t size = arguments["size"];
    const std::int64_t classes = arguments["classes"];
    if (size % 32 != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:yolov8n: expected a size that is a multiple of 32 (five halvings), found {}", size));
    }
    NetworkBuilder net("yolov8n", options);
    Yolo yolo(net);
    const auto levels = features(net, yolo, net.input({options.batch, 3, size, size}), arguments["width"]);
    const std::int64_t box_channels = std::max(4 * bins, levels[0].channels() / 4);
    const std::int64_t class_channels = std::max(levels[0].channels(), std::min<std::int64_t>(classes, 100));
    std::vector<ValueId> flat;
    for (std::size_t level = 0; level < levels.size(); ++level) {
        const Signal box = yolo.branch(levels[level], box_channels, 4 * bins, fmt::format("model.22.cv2.{}", level));
        const Signal kind = yolo.branch(levels[level], class_channels, classes, fmt::format("model.22.cv3.{}", level));
        const Signal both = net.concat({box, kind});
        const Shape& shape = net.shape(both);
        flat.push_back(net.graph().reshape(both.value, {shape[0], shape[1], shape[2] * shape[3]}));
    }
    Graph& graph = net.graph();
    const std::vector<ValueId> parts = graph.split(graph.concat(flat, 2), 1, {4 * bins, classes});
    const ValueId boxes = decode(graph, parts[0], make_anchors(levels, net));
    return std::move(net).finish(graph.concat({boxes, graph.apply(Function::Sigmoid, parts[1])}, 1));
}

constexpr std::array yolov8n_arguments{
    ZooArgument{"size", 640, 32, 4096, "height and width of the input, a multiple of 32"},
    ZooArgument{"width", 16, 2, 256, "channels of the first convolution; the others follow in proportion"},
    ZooArgument{"classes", 80, 1, 1000, "kinds of objects"},
};

constexpr std::array recipes{
    Recipe{{"yolov8n", "YOLOv8n for detection: split and concat in every block, concats of boxes", yolov8n_arguments},
           yolov8n},
};

}  // namespace

std::span<const Recipe> yolov8_recipes() {
    return recipes;
}

}  // namespace abut::zoo
