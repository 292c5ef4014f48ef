import NFTables
import NetworkTypes
import PrometheusText
import ServiceProxy

/// Each Service's packets and bytes as metrics, read from the kernel at the moment of the question.
enum ServiceCounterSamples {
    /// The samples of both families; none of a family that can't be read.
    static func read() -> [MetricSample] {
        IPFamily.allCases.flatMap { family in ((try? ServiceCounters.read(family)) ?? []).flatMap(samples) }
    }

    static func samples(_ count: ServiceCount) -> [MetricSample] {
        let frontends = count.frontends
        // "namespace/name:port"; there is no port where its name is empty.
        let parts = frontends.servicePort.split(separator: "/", maxSplits: 1)
        let names = (parts.last ?? "").split(separator: ":", maxSplits: 1)
        let labels = [
            ("namespace", parts.first.map(String.init) ?? ""), ("service", names.first.map(String.init) ?? ""),
            ("port", names.count == 2 ? String(names[1]) : ""), ("protocol", frontends.transport.kubernetesName),
            ("frontend", frontends.kind), ("ip_family", "\(frontends.family)"),
        ]
        return [
            .counter(
                "weft_service_packets_total",
                help: "Packets to and from a Service's frontends, since their rules were made.",
                labels: labels,
                Double(count.counter.packets)
            ),
            .counter(
                "weft_service_bytes_total",
                help: "Bytes to and from a Service's frontends, network headers included.",
                labels: labels,
                Double(count.counter.bytes)
            ),
        ]
    }
}

/// kube-proxy's metrics that are counters of rules of mode iptables.
enum IPTablesCounterSamples {
    static func read(_ configuration: ProxyConfiguration) -> [MetricSample] {
        (try? IPTablesCounters.read(configuration)).map(samples) ?? []
    }

    static func samples(_ counters: IPTablesCounters) -> [MetricSample] {
        let values = [
            (
                "kubeproxy_iptables_ct_state_invalid_dropped_packets_total",
                "Forwarded packets that connection tracking could not place, and that were dropped.",
                counters.invalidDropped
            ),
            (
                "kubeproxy_iptables_localhost_nodeports_accepted_packets_total",
                "First packets of connections to node ports on loopback.",
                counters.loopbackAccepted
            ),
        ]
        return values.compactMap { name, help, value in
            value.map { .counter(name, help: help, Double($0)) }
        }
    }
}
