public import CoreMetrics
import Synchronization

/// A swift-metrics backend that keeps every value in memory and renders Prometheus' text format.
///
/// Names are taken as they are given: write `kubeproxy_sync_proxy_rules_duration_seconds`, with its unit. Timers become
/// histograms in seconds; an aggregating recorder becomes a histogram, any other recorder a gauge. Asking twice for the
/// same name and labels gives the same series, so that short-lived `Counter(label:)` values are fine.
/// Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4.
public final class PrometheusRegistry: Sendable {
    /// The `Content-Type` of ``render()``'s answer.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let state: Mutex<State>

    /// A registry that knows the help texts and buckets of `descriptions`, by metric name.
    public init(descriptions: [String: MetricDescription] = [:]) {
        state = Mutex(State(descriptions: descriptions))
    }

    /// Adds or replaces the help text and buckets of `name`; buckets apply to series made afterwards.
    public func describe(_ name: String, _ description: MetricDescription) {
        state.withLock { $0.descriptions[name] = description }
    }

    /// Names that were asked for as two different kinds; the first kind is rendered, the other's values are not.
    public var conflictingNames: [String] { state.withLock { $0.conflicts.sorted() } }

    /// Every series, sorted by name and labels, followed by the samples of `extra`.
    public func render(_ extra: [MetricSample] = []) -> String {
        let (families, descriptions) = state.withLock { ($0.families, $0.descriptions) }
        var writer = ExpositionWriter()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            writer.header(name, kind: family.kind, help: descriptions[name]?.help)
            for (labels, cell) in family.cells.sorted(by: { $0.key < $1.key }) { writer.cell(name, labels, cell) }
        }
        writer.samples(extra)
        return writer.text
    }

    private func cell<Cell: Sendable>(
        _ label: String,
        _ dimensions: [(String, String)],
        kind: MetricKind,
        make: (_ bounds: [Double]) -> Cell,
        wrap: (Cell) -> MetricCell,
        unwrap: (MetricCell) -> Cell?
    ) -> Cell {
        let name = MetricName.sanitized(label)
        let labels = LabelSet(dimensions)
        return state.withLock { state in
            let bounds = state.descriptions[name]?.buckets ?? MetricDescription.latencyBuckets
            var family = state.families[name] ?? MetricFamily(kind: kind)
            guard family.kind == kind else {
                // Values of the second kind would make the text invalid; they are kept out and the name is told.
                state.conflicts.insert(name)
                return make(bounds)
            }
            if let known = family.cells[labels].flatMap(unwrap) { return known }
            let made = make(bounds)
            family.cells[labels] = wrap(made)
            state.families[name] = family
            return made
        }
    }

    private func remove(_ isSame: (MetricCell) -> Bool) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.cells.first(where: { isSame($0.value) })?.key else { continue }
                state.families[name]?.cells[labels] = nil
                if family.cells.count == 1 { state.families[name] = nil }
                return
            }
        }
    }
}

extension PrometheusRegistry {
    struct State {
        var descriptions: [String: MetricDescription]
        var families: [String: MetricFamily] = [:]
        var conflicts: Set<String> = []

        init(descriptions: [String: MetricDescription]) { self.descriptions = descriptions }
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterCell {
        cell(
            label,
            dimensions,
            kind: .counter,
            make: { _ in CounterCell() },
            wrap: MetricCell.counter,
            unwrap: { if case .counter(let cell) = $0 { cell } else { nil } }
        )
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeCell {
        cell(
            label,
            dimensions,
            kind: .gauge,
            make: { _ in GaugeCell() },
            wrap: MetricCell.gauge,
            unwrap: { if case .gauge(let cell) = $0 { cell } else { nil } }
        )
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell {
        cell(
            label,
            dimensions,
            kind: .histogram,
            make: HistogramCell.init(bounds:),
            wrap: MetricCell.histogram,
            unwrap: { if case .histogram(let cell) = $0 { cell } else { nil } }
        )
    }
}

extension PrometheusRegistry: MetricsFactory {
    /// A counter: `CounterHandler` of swift-metrics.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    /// A counter that may grow by fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    /// A histogram when `aggregate` holds, else a gauge that shows the last value.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
    }

    /// A histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    /// Forgets the series behind `handler`.
    public func destroyCounter(_ handler: any CounterHandler) { remove { $0.object === handler } }

    /// Forgets the series behind `handler`.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove { $0.object === handler }
    }

    /// Forgets the series behind `handler`.
    public func destroyMeter(_ handler: any MeterHandler) { remove { $0.object === handler } }

    /// Forgets the series behind `handler`.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove { $0.object === handler } }

    /// Forgets the series behind `handler`.
    public func destroyTimer(_ handler: any TimerHandler) { remove { $0.object === handler } }
}

/// All series of one name.
struct MetricFamily {
    let kind: MetricKind
    var cells: [LabelSet: MetricCell] = [:]
}

/// One series.
enum MetricCell {
    case counter(CounterCell), gauge(GaugeCell), histogram(HistogramCell)

    var object: AnyObject {
        switch self {
        case .counter(let cell): cell
        case .gauge(let cell): cell
        case .histogram(let cell): cell
        }
    }
}
