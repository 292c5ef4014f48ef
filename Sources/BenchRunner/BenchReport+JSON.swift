public import JSONTree

extension BenchReport {
    /// Everything, for programs; times are nanoseconds, or instructions where the clock counts these.
    public var json: JSONValue {
        [
            "command": .string(command),
            "date": .string(machine.date),
            "machine": [
                "processor": .string(machine.processor), "processors": JSONValue(machine.processorCount),
                "memoryBytes": JSONValue(machine.memory),
            ],
            "kernel": .string(machine.kernel),
            "loadAverage": .number(machine.load),
            "clock": .string(settings.isCounted ? "instructions" : "monotonic"),
            "unit": .string(unit),
            "cases": .array(cases.map { $0.json }),
            "warnings": JSONValue(warnings),
            "failures": .array(failures.map(\.json)),
        ]
    }

    var unit: String { settings.isCounted ? "instructions" : "nanoseconds" }
}

extension BenchCase {
    fileprivate var json: JSONValue {
        [
            "scenario": .string(scenario),
            "question": .string(question),
            "parameters": .object(JSONObject(parameters.map { ($0.name, JSONValue($0.value)) })),
            "rounds": JSONValue(rounds),
            "baseline": baseline.map(JSONValue.string) ?? .null,
            "rows": .array(rows.map(\.json)),
            "warnings": JSONValue(warnings),
            "failures": .array(failures.map(\.json)),
        ]
    }
}

extension BenchRow {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "metric": .string(metric), "phase": .string(phase), "variant": .string(variant.name),
            "count": JSONValue(summary.count), "median": .number(summary.median), "p99": .number(summary.p99),
            "minimum": .number(summary.minimum), "spread": .number(summary.spread),
        ]
        if unit != .time { object["unit"] = .string(unit.rawValue) }
        if let processorTime { object["processorTime"] = .number(processorTime) }
        if let ratio {
            object["ratio"] = [
                "estimate": .number(ratio.ratio), "lower": .number(ratio.lower), "upper": .number(ratio.upper),
            ]
        }
        return .object(object)
    }
}

extension BenchFailure {
    fileprivate var json: JSONValue {
        ["place": .string(place), "variant": .string(variant), "reason": .string(reason)]
    }
}
