import CoreMetrics
import Testing

@testable import PrometheusText

struct PrometheusRegistryTests {
    @Test func countersAndGaugesShareSeriesByNameAndLabels() {
        let registry = PrometheusRegistry(descriptions: ["hits_total": .init(help: "Hits.")])
        registry.makeCounter(label: "hits_total", dimensions: [("b", "2"), ("a", "1")]).increment(by: 2)
        registry.makeCounter(label: "hits_total", dimensions: [("a", "1"), ("b", "2")]).increment(by: 3)
        registry.makeMeter(label: "depth", dimensions: []).set(Double(1.5))
        registry.makeRecorder(label: "last", dimensions: [], aggregate: false).record(Int64(7))
        #expect(
            registry.render() == """
                # TYPE depth gauge
                depth 1.5
                # HELP hits_total Hits.
                # TYPE hits_total counter
                hits_total{a="1",b="2"} 5
                # TYPE last gauge
                last 7

                """
        )
    }

    @Test func timersAreHistogramsInSecondsWithTheirOwnBuckets() {
        let registry = PrometheusRegistry(descriptions: ["t_seconds": .init(help: "T.", buckets: [0.01, 0.001])])
        let timer = registry.makeTimer(label: "t_seconds", dimensions: [("ip_family", "IPv4")])
        for nanoseconds in [500_000, 1_000_000, 2_000_000, 3_000_000_000] as [Int64] {
            timer.recordNanoseconds(nanoseconds)
        }
        #expect(
            registry.render() == """
                # HELP t_seconds T.
                # TYPE t_seconds histogram
                t_seconds_bucket{ip_family="IPv4",le="0.001"} 2
                t_seconds_bucket{ip_family="IPv4",le="0.01"} 3
                t_seconds_bucket{ip_family="IPv4",le="+Inf"} 4
                t_seconds_sum{ip_family="IPv4"} 3.0035
                t_seconds_count{ip_family="IPv4"} 4

                """
        )
    }

    @Test func orderDoesNotDependOnCreation() {
        let names = ["c", "a", "b"]
        let texts = [names, names.reversed()].map { order in
            let registry = PrometheusRegistry()
            for name in order {
                for value in order { registry.makeCounter(label: name, dimensions: [("v", value)]).increment(by: 1) }
            }
            return registry.render()
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0].split(separator: "\n").count == 12)
    }

    @Test func aNameKeepsItsFirstKind() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "x", dimensions: []).increment(by: 1)
        registry.makeMeter(label: "x", dimensions: []).set(Int64(9))
        #expect(registry.render() == "# TYPE x counter\nx 1\n")
        #expect(registry.conflictingNames == ["x"])
    }

    @Test func destroyedSeriesDisappear() {
        let registry = PrometheusRegistry()
        let one = registry.makeCounter(label: "x", dimensions: [("n", "1")])
        let other = registry.makeCounter(label: "x", dimensions: [("n", "2")])
        registry.destroyCounter(one)
        #expect(registry.render() == "# TYPE x counter\nx{n=\"2\"} 0\n")
        registry.destroyCounter(other)
        #expect(registry.render() == "")
    }

    @Test func countersNeverFall() {
        let registry = PrometheusRegistry()
        let counter = registry.makeFloatingPointCounter(label: "x", dimensions: [])
        for amount in [1.5, -1, .nan, .infinity] { counter.increment(by: amount) }
        #expect(registry.render() == "# TYPE x counter\nx 1.5\n")
    }

    @Test func parallelIncrementsAreAllCounted() async {
        let registry = PrometheusRegistry()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 { registry.makeCounter(label: "n", dimensions: []).increment(by: 1) }
                }
            }
        }
        #expect(registry.render() == "# TYPE n counter\nn 8000\n")
    }
}
