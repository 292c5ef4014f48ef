import BenchScenarios

extension Soak {
    /// Starts weftd in one mode after the other, every second time after a SIGKILL, while endpoints change.
    func switchModes(
        _ node: SoakNode,
        _ twin: SoakNode,
        _ network: NodeNetworkPlan,
        _ changes: SoakChanges,
        _ report: inout SoakReport
    ) async throws {
        let modes = BenchMode.allCases.filter { $0.reasonForAbsence == nil }
        note("\(settings.switches) switches among \(modes.map(\.rawValue).joined(separator: ", "))")
        try await withTraffic(network, &report) { report in
            var unequal = 0
            let before = changes.made
            for number in 1...settings.switches {
                let place = modes.firstIndex(of: node.mode) ?? 0
                let mode = modes[(place + 1) % modes.count]
                if number.isMultiple(of: 2) { try node.stop() } else { try node.kill() }
                try twin.stop()
                for each in [node, twin] {
                    each.mode = mode
                    try each.start()
                }
                for _ in 0..<5 { try await changes.next() }
                if let difference = try await node.waitUntilSettled(as: twin) {
                    unequal += 1
                    report.failures.append("after switch \(number), to \(mode.rawValue): \(difference)")
                    if unequal == 5 { break }
                }
                if number.isMultiple(of: 10) { note("\(number) switches") }
            }
            report.lines.append(
                "switches: \(settings.switches) among \(modes.map(\.rawValue).joined(separator: ", ")), with "
                    + "\(changes.made - before) changes; the rules after it were those of the new mode alone, "
                    + "but for \(unequal) times"
            )
        }
    }
}
