import CoreMetrics
import Testing

@testable import PrometheusText

struct ExpositionWriterTests {
    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-3, "-3"), (0.001, "0.001"), (16.384, "16.384"), (1e-5, "1e-05"), (1e20, "1e+20"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func numbersReadAsGoWritesThem(value: Double, text: String) {
        #expect(ExpositionWriter.number(value) == text)
    }

    @Test func labelValuesAndHelpAreEscaped() {
        let registry = PrometheusRegistry(descriptions: ["x": .init(help: "a \"b\"\\\nc")])
        registry.makeCounter(label: "x", dimensions: [("l", "a \"b\"\\\nc")]).increment(by: 1)
        #expect(
            registry.render() == #"""
                # HELP x a "b"\\\nc
                # TYPE x counter
                x{l="a \"b\"\\\nc"} 1

                """#
        )
    }

    @Test(arguments: [("a.b-c", "a_b_c"), ("9x", "_9x"), ("", "_"), ("a:b", "a:b"), ("größe", "gr__e")])
    func namesAreMadeValid(name: String, valid: String) {
        #expect(MetricName.sanitized(name) == valid)
    }

    @Test func samplesReadAtRenderingAreGroupedByName() {
        let text = PrometheusRegistry().render([
            .gauge("b", help: "B.", labels: [("n", "2")], 2), .counter("a", help: "A.", 1),
            .gauge("b", help: "B.", labels: [("n", "1")], 1),
        ])
        #expect(
            text == """
                # HELP a A.
                # TYPE a counter
                a 1
                # HELP b B.
                # TYPE b gauge
                b{n="1"} 1
                b{n="2"} 2

                """
        )
    }
}
