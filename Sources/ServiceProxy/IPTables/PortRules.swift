import NFTables
import NetworkTypes
import ServicePlan

/// Everything that one Service port has in the tables: its own chains, and its rules in the shared ones.
struct PortRules: Sendable {
    /// A chain of the port alone, in table nat.
    struct Chain: Hashable, Sendable {
        var name: String
        var rules: [IPTablesRule]
    }

    /// The rules in chains that all ports share.
    private(set) var shared: [TopChain: [IPTablesRule]] = [:]
    /// The addresses on which every other port is refused.
    private(set) var clusterIPs: [IPAddress] = []

    private let spec: ServicePortSpec
    private let options: IPTablesOptions
    private let names: ServiceChains
    private let external: FrontendTreatment?
    /// Whether the many rules for endpoints have comments; they are most of the table's bytes.
    private let hasComments: Bool
    private let title: String

    private typealias Rule = IPTablesRule

    /// Renders a port.
    ///
    /// Nil if it is what these chains can't say: then it is refused as a whole.
    init?(_ spec: ServicePortSpec, _ options: IPTablesOptions, hasComments: Bool) {
        self.spec = spec
        self.options = options
        self.hasComments = hasComments
        names = ServiceChains(spec.identity)
        title = "\(spec.identity)"
        // There is one chain for traffic from outside, so all its frontends must be treated alike.
        let outside = Set(
            spec.frontends.filter { $0.kind != .clusterIP && $0.treatment.leadsToEndpoints }.map(\.treatment)
        )
        guard outside.count <= 1 else { return nil }
        external = outside.first
        for frontend in spec.frontends { append(frontend) }
        appendHealthCheck()
        clusterIPs = spec.frontends.filter { $0.kind == .clusterIP }.compactMap(\.address)
    }

    /// The chains of the port alone, in the order of their making.
    func chains() -> [Chain] {
        var made: [Chain] = []
        if let external { made.append(Chain(name: names.external, rules: externalRules(external))) }
        let restricted = spec.frontends.filter { !$0.sourceRanges.isEmpty && $0.treatment.leadsToEndpoints }
        if !restricted.isEmpty { made.append(Chain(name: names.firewall, rules: firewallRules(restricted))) }
        var endpoints: [IPEndpoint: EndpointName] = [:]
        for scope in EndpointScope.allCases where uses(scope) {
            for endpoint in spec.endpoints(scope).map(\.endpoint) where endpoints[endpoint] == nil {
                let text = "\(endpoint)"
                endpoints[endpoint] = EndpointName(text: text, chain: names.endpoint(text))
            }
            // By their text, as kube-proxy has them: .10 stands before .3.
            let used = spec.endpoints(scope).compactMap { endpoints[$0.endpoint] }.sorted { $0.text < $1.text }
            made.append(Chain(name: chain(scope), rules: balancingRules(scope, used)))
        }
        for (endpoint, name) in endpoints.sorted(by: { $0.key < $1.key }) {
            made.append(endpointChain(endpoint, name.chain))
        }
        return made
    }

    /// An endpoint in comments, and its chain.
    private struct EndpointName {
        var text: String
        var chain: String
    }

    private func uses(_ scope: EndpointScope) -> Bool {
        spec.frontends.contains { frontend in
            switch frontend.treatment {
            case .balance(let used, _): used == scope
            case .externalLocal: scope == .cluster || !spec.localEndpoints.isEmpty
            case .drop, .reject: false
            }
        }
    }

    private func chain(_ scope: EndpointScope) -> String { scope == .cluster ? names.service : names.local }

    // MARK: Frontends

    private mutating func append(_ frontend: Frontend) {
        switch frontend.treatment {
        case .reject: refuse(frontend, .reject, "\(title) has no endpoints")
        case .drop: refuse(frontend, .drop, "\(title) has no local endpoints")
        case .externalLocal:
            if spec.localEndpoints.isEmpty { refuse(frontend, .drop, "\(title) has no local endpoints") }
            lead(frontend)
        case .balance: lead(frontend)
        }
        restrict(frontend)
    }

    /// The frontend of a packet, behind a comment.
    private func match(_ frontend: Frontend, _ comment: String, _ target: Rule.Target) -> Rule {
        Rule(
            transport: spec.identity.transport,
            destination: frontend.address.map(Rule.AddressMatch.init(host:)),
            [.comment(comment), .destinationPort(frontend.port)],
            target
        )
    }

    /// Rules for packets that were not translated: no endpoint may have them.
    private mutating func refuse(_ frontend: Frontend, _ target: Rule.Target, _ comment: String) {
        let place: TopChain = frontend.kind == .clusterIP ? .filterServices : .externalServices
        guard frontend.address == nil else {
            shared[place, default: []].append(match(frontend, comment, target))
            return
        }
        for rule in nodePortRules(match(frontend, comment, target)) { shared[place, default: []].append(rule) }
    }

    /// A rule for a node port, on the addresses that take node ports.
    private func nodePortRules(_ rule: Rule) -> [Rule] {
        guard let addresses = options.nodePortAddresses else {
            var rule = rule
            // What listens on loopback for this node only stays reachable, unless node ports are taken there too.
            if !options.takesLoopbackNodePorts {
                rule.destination = Rule.AddressMatch(options.loopback, isInverted: true)
            }
            rule.matches.insert(.destinationIsLocal, at: 1)
            return [rule]
        }
        return addresses.map { address in
            var rule = rule
            rule.destination = Rule.AddressMatch(host: address)
            return rule
        }
    }

    private mutating func lead(_ frontend: Frontend) {
        guard frontend.kind != .clusterIP else {
            guard case .balance(let scope, _) = frontend.treatment else { return }
            shared[.services, default: []].append(match(frontend, "\(title) cluster IP", .jump(chain(scope))))
            return
        }
        let isRestricted = !frontend.sourceRanges.isEmpty
        let target = Rule.Target.jump(isRestricted ? names.firewall : names.external)
        switch frontend.kind {
        case .nodePort: shared[.nodePorts, default: []].append(match(frontend, title, target))
        case .externalIP, .clusterIP:
            shared[.services, default: []].append(match(frontend, "\(title) external IP", target))
        case .loadBalancer:
            shared[.services, default: []].append(match(frontend, "\(title) loadbalancer IP", target))
        }
    }

    /// What no source range let through is dropped, also where there is nothing to lead to.
    private mutating func restrict(_ frontend: Frontend) {
        guard !frontend.sourceRanges.isEmpty, frontend.address != nil else { return }
        let comment = "\(title) traffic not accepted by \(names.firewall)"
        if frontend.treatment == .reject {
            // Who may come in is told that nobody is there.
            for range in frontend.sourceRanges {
                var rule = match(frontend, comment, .return)
                rule.source = Rule.AddressMatch(range)
                shared[.firewall, default: []].append(rule)
            }
        }
        shared[.firewall, default: []].append(match(frontend, comment, .drop))
    }

    private mutating func appendHealthCheck() {
        guard let port = spec.healthCheckNodePort else { return }
        shared[.filterNodePorts, default: []].append(
            Rule(
                transport: .tcp,
                [.comment("\(title) health check node port"), .destinationPort(port)],
                .accept
            )
        )
    }

    // MARK: Chains

    private func externalRules(_ treatment: FrontendTreatment) -> [Rule] {
        var rules: [Rule] = []
        func comment(_ text: String) -> Rule.Match { .comment("\(text) for \(title) external destinations") }
        switch treatment {
        case .balance(let scope, let masquerade):
            rules += masqueradeRules(
                masquerade,
                Rule([comment("masquerade traffic")], .jump(TopChain.markMasqueradeName))
            )
            rules.append(Rule([], .jump(chain(scope))))
        case .externalLocal:
            if let localPod = options.localPod() {
                rules.append(Rule([comment("pod traffic")], .jump(names.service)).matching(localPod))
            }
            rules.append(
                Rule(
                    [comment("masquerade LOCAL traffic"), .sourceIsLocal],
                    .jump(TopChain.markMasqueradeName)
                )
            )
            rules.append(Rule([comment("route LOCAL traffic"), .sourceIsLocal], .jump(names.service)))
            if !spec.localEndpoints.isEmpty { rules.append(Rule([], .jump(names.local))) }
        case .drop, .reject: break
        }
        return rules
    }

    private func firewallRules(_ restricted: [Frontend]) -> [Rule] {
        let allowed = Array(Set(restricted.flatMap(\.sourceRanges))).sorted().map { range in
            Rule(source: Rule.AddressMatch(range), [.comment("\(title) loadbalancer IP")], .jump(names.external))
        }
        // It only says, and counts, what becomes of the others.
        let comment = "other traffic to \(title) will be dropped by \(TopChain.firewall.name)"
        return allowed + [Rule([.comment(comment)], .nothing)]
    }

    /// The rule, for those whose source is replaced.
    private func masqueradeRules(_ masquerade: MasqueradeRule, _ rule: Rule) -> [Rule] {
        switch masquerade {
        case .never: return []
        case .always: return [rule]
        case .unlessLocalPod:
            guard let outsider = options.localPod(not: true) else { return [rule] }
            // Everybody is of a prefix of everything, so nobody is an outsider.
            if case .source(let match) = outsider, match.prefix.length == 0 { return [] }
            return [rule.matching(outsider)]
        }
    }

    private func balancingRules(_ scope: EndpointScope, _ endpoints: [EndpointName]) -> [Rule] {
        var rules: [Rule] = []
        for frontend in spec.frontends where frontend.kind == .clusterIP {
            guard case .balance(scope, let masquerade) = frontend.treatment else { continue }
            let mark = match(frontend, "\(title) cluster IP", .jump(TopChain.markMasqueradeName))
            rules += masqueradeRules(masquerade, mark)
        }
        if let seconds = spec.affinitySeconds {
            for endpoint in endpoints {
                let check = Rule.Match.recent(endpoint.chain, .check(seconds: UInt32(clamping: seconds)))
                rules.append(Rule(comment("\(title) -> \(endpoint.text)") + [check], .jump(endpoint.chain)))
            }
        }
        for (index, endpoint) in endpoints.enumerated() {
            let left = endpoints.count - index
            let chance: [Rule.Match] = left > 1 ? [.statistic(Probability.parts(oneOf: left))] : []
            rules.append(Rule(comment("\(title) -> \(endpoint.text)") + chance, .jump(endpoint.chain)))
        }
        return rules
    }

    private func endpointChain(_ endpoint: IPEndpoint, _ name: String) -> Chain {
        let remember: [Rule.Match] = spec.affinitySeconds == nil ? [] : [.recent(name, .set)]
        // A pod that reaches itself would otherwise answer itself directly.
        let hairpin = Rule(
            source: Rule.AddressMatch(host: endpoint.address),
            comment(title),
            .jump(TopChain.markMasqueradeName)
        )
        let translate = Rule(
            transport: spec.identity.transport,
            comment(title) + remember + [.anyPort],
            .destinationNAT(endpoint)
        )
        return Chain(name: name, rules: [hairpin, translate])
    }

    private func comment(_ text: @autoclosure () -> String) -> [Rule.Match] { hasComments ? [.comment(text())] : [] }
}

/// The chances of the match `statistic`.
enum Probability {
    /// One of so many, at least two, in parts of 2^31: first rounded to ten decimals, as the rules say it, then to a part.
    static func parts(oneOf count: Int) -> UInt32 {
        let decimals = rounded(10_000_000_000, by: UInt64(max(2, count)))
        return UInt32(rounded(decimals << 31, by: 10_000_000_000))
    }

    /// The nearest whole number, of two the even one.
    private static func rounded(_ value: UInt64, by divisor: UInt64) -> UInt64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        let isAbove = rest * 2 > divisor || (rest * 2 == divisor && quotient % 2 == 1)
        return isAbove ? quotient + 1 : quotient
    }
}

extension FrontendTreatment {
    /// Whether some clients reach an endpoint.
    var leadsToEndpoints: Bool {
        switch self {
        case .balance, .externalLocal: true
        case .drop, .reject: false
        }
    }
}
