import Netlink
import NetworkTypes
import RouteNetlink

/// Local routes for the addresses of virtual servers, instead of addresses on a link.
///
/// 30,000 take a third of a second instead of 13, and the node has a source of its own for its packets there.
struct LocalRoutes: ~Copyable {
    /// Our number among those who make routes; `ip route show table local proto 88` lists ours.
    static let `protocol` = RouteProtocol(rawValue: 88)

    private var connection: RouteConnection
    private let loopback: UInt32?
    private let recorder: CommitRecorder?

    /// Works in the calling thread's network namespace.
    init(recorder: CommitRecorder? = nil) throws(NetlinkError) {
        var connection = try RouteConnection.open()
        loopback = try connection.link(named: "lo")?.index
        self.connection = connection
        self.recorder = recorder
    }

    /// The addresses, each with the source that the node uses to get there.
    mutating func list(_ family: IPFamily) throws(NetlinkError) -> [IPAddress: IPAddress?] {
        let filter = RouteFilter(family: family, protocol: Self.protocol, table: .local, kind: .local)
        var found: [IPAddress: IPAddress?] = [:]
        for route in try connection.routes(filter) where route.destination.hostBits == 0 {
            found[route.destination.address] = .some(route.spec.source)
        }
        return found
    }

    /// The addresses of both families.
    mutating func addresses() throws(NetlinkError) -> Set<IPAddress> {
        Set(try list(.ipv4).keys).union(try list(.ipv6).keys)
    }

    /// Makes routes, or gives those of ours another source.
    ///
    /// An address that somebody else has made local keeps that route before ours, which serves when the other one goes:
    /// replacing it would take it from its owner. Only where a route is there already is the table looked at, as listing
    /// takes the longer the more there are.
    mutating func add(_ addresses: [IPAddress], source: IPAddress?) throws(NetlinkError) {
        let areNew = try send(addresses.map { .addRoute(spec($0, source)) }) { $0.alreadyExists }
        guard !areNew, let family = addresses.first?.family else { return }
        let (ours, others) = try split(family)
        var requests: [NetlinkRequest] = []
        for address in addresses where ours[address] != .some(source) {
            let spec = spec(address, source)
            switch (ours[address] != nil, others.contains(address)) {
            case (true, false): requests.append(.replaceRoute(spec))
            // What replaces a route replaces the first one.
            case (true, true): requests += [.deleteRoute(self.spec(address, nil)), .appendRoute(spec)]
            case (false, _): requests.append(.appendRoute(spec))
            }
        }
        try send(requests) { $0.alreadyExists }
    }

    /// Our addresses with their sources, and those that somebody else made local.
    private mutating func split(
        _ family: IPFamily
    ) throws(NetlinkError) -> (ours: [IPAddress: IPAddress?], others: Set<IPAddress>) {
        var (ours, others): ([IPAddress: IPAddress?], Set<IPAddress>) = ([:], [])
        let filter = RouteFilter(family: family, table: .local, kind: .local)
        for route in try connection.routes(filter) where route.destination.hostBits == 0 {
            let address = route.destination.address
            if route.spec.protocol == Self.protocol {
                ours[address] = .some(route.spec.source)
            } else {
                others.insert(address)
            }
        }
        return (ours, others)
    }

    /// Removes routes.
    mutating func remove(_ addresses: [IPAddress]) throws(NetlinkError) {
        try send(addresses.map { .deleteRoute(spec($0, nil)) }) { $0.isNotFound }
    }

    /// Whether the node takes packets to an address for its own.
    mutating func isLocal(_ address: IPAddress) throws(NetlinkError) -> Bool {
        try connection.route(to: address)?.spec.kind == .local
    }

    private func spec(_ address: IPAddress, _ source: IPAddress?) -> RouteSpec {
        RouteSpec(
            IPPrefix(host: address),
            link: loopback,
            source: source,
            protocol: Self.protocol,
            table: .local,
            kind: .local
        )
    }

    /// Returns whether all requests were granted, none of them harmlessly refused.
    @discardableResult
    private mutating func send(
        _ requests: [NetlinkRequest],
        _ isHarmless: (NetlinkError) -> Bool
    ) throws(NetlinkError) -> Bool {
        var areGranted = true
        for start in stride(from: 0, to: requests.count, by: 1000) {
            let part = Array(requests[start...].prefix(1000))
            let outcome = try connection.outcome(of: RouteBatch(part))
            if let failure = outcome.failures.first(where: { !isHarmless($0) }) { throw failure }
            guard !outcome.isOverrun else {
                throw NetlinkError(.overrun, operation: "change local routes", text: "answers are lost")
            }
            areGranted = areGranted && outcome.failures.isEmpty
            guard let recorder else { continue }
            let refused = Set(outcome.failures.map(\.object))
            recorder.committed(.routes(part.filter { !refused.contains($0.object) }))
        }
        return areGranted
    }
}
