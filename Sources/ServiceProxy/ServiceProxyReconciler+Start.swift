import Logging
import ServicePlan

extension ServiceProxyReconciler {
    /// Writes the rules of a node without any part by part: first what all others wait for, then the others.
    ///
    /// Services work sooner, and no transaction needs memory for all of them at once.
    ///
    /// - Returns: nil if there are rules of an earlier run, which serve meanwhile, or one part is everything.
    func begin(_ backend: any ProxyBackend, _ specs: [ServicePortSpec]) throws -> ProxyReport? {
        let parts = Self.parts(specs, size: backend.firstPartSize)
        guard parts.count > 1, try backend.isEmpty(),
            var whole = try? backend.replaceAll(with: parts[0], node: planner.node)
        else { return nil }
        logger.info(
            "the first Services are written",
            metadata: ["family": "\(backend.family)", "ports": "\(parts[0].count) of \(specs.count)"]
        )
        for part in parts.dropFirst() {
            let changes = part.map { PlanChange(identity: $0.identity, family: $0.family, spec: $0) }
            whole.append(try backend.apply(changes))
        }
        return whole
    }

    /// The specs with priority, then the others in order; no part is larger than the size.
    private static func parts(_ specs: [ServicePortSpec], size: Int) -> [[ServicePortSpec]] {
        let first = specs.filter(\.isPriority)
        var parts: [[ServicePortSpec]] = [first, []]
        for spec in specs where first.isEmpty || !spec.isPriority {
            if parts[parts.count - 1].count == size { parts.append([]) }
            parts[parts.count - 1].append(spec)
        }
        return parts.filter { !$0.isEmpty }
    }
}
