import ClusterModel
import ControlStore
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import PrometheusText

/// The server's metrics: requests by verb, resource and answer, objects, watches, revisions.
struct ServerMetrics: Sendable {
    private static let durationName = "weft_store_request_duration_seconds"
    let registry: PrometheusRegistry

    init(registry: PrometheusRegistry) {
        self.registry = registry
        registry.describe(
            Self.durationName,
            MetricDescription(help: "Time until the answer to a request began, in seconds.")
        )
        registry.describe(
            "weft_store_requests_total",
            MetricDescription(help: "Requests by verb, resource and answer.")
        )
    }

    func record(verb: String, _ target: RequestTarget, code: Int, time: Duration) {
        let resource: String
        switch target {
        case .collection(let path), .object(let path, _, _): resource = path.kind.plural
        default: resource = ""
        }
        let labels = [("verb", verb), ("resource", resource)]
        Counter(
            label: "weft_store_requests_total",
            dimensions: labels + [("code", String(code))],
            factory: registry
        ).increment()
        Timer(label: Self.durationName, dimensions: labels, factory: registry).recordNanoseconds(
            time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000
        )
    }

    func response(store: ObjectStore, watches: Int) -> Response {
        var samples = ProcessMetrics.samples()
        for kind in ResourceKind.all {
            samples.append(
                .gauge(
                    "weft_store_objects",
                    help: "Objects in the store.",
                    labels: [("resource", kind.plural)],
                    Double(store.count(of: kind))
                )
            )
        }
        samples.append(.gauge("weft_store_watches", help: "Open watches.", Double(watches)))
        samples.append(
            .gauge("weft_store_revision", help: "The revision of the last write.", Double(store.revision))
        )
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusRegistry.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: registry.render(samples)))
        )
    }
}
