import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite(.enabled(if: KernelFeature.veth.isAvailable))
struct RouteTests {
    /// Both families' documentation-style addresses for one test.
    struct Plan: Sendable, CustomTestStringConvertible {
        let family: IPFamily
        let own: String
        let subnet: String
        let pods: String
        let gateway: String
        let foreignGateway: String
        var testDescription: String { "\(family)" }

        static let all = [
            Plan(
                family: .ipv4,
                own: "192.168.0.2/24",
                subnet: "192.168.0.0/24",
                pods: "10.244.2.0/24",
                gateway: "192.168.0.3",
                foreignGateway: "203.0.113.1"
            ),
            Plan(
                family: .ipv6,
                own: "fd00:192::2/64",
                subnet: "fd00:192::/64",
                pods: "fd00:10:244:2::/64",
                gateway: "fd00:192::3",
                foreignGateway: "2001:db8::1"
            ),
        ]

        var flag: String { family == .ipv4 ? "-4" : "-6" }
    }

    /// A protocol number of our own, as programs have to find their routes.
    private let ours = RouteProtocol(rawValue: 201)

    private func withLink(_ plan: Plan, _ body: (inout RouteConnection, Link) throws -> Void) throws {
        try withTestNamespace(loopback: true) { _ in
            var connection = try RouteConnection.open()
            let link = try connection.makePair().near
            try connection.addAddress(
                AddressSpec(try Given.prefix(plan.own), link: link.index, flags: .noDuplicateDetection)
            )
            try body(&connection, link)
        }
    }

    @Test(arguments: Plan.all)
    func aRouteIsWhatWasAskedFor(plan: Plan) throws {
        try withLink(plan) { connection, link in
            var spec = RouteSpec(
                try Given.prefix(plan.pods),
                gateway: try Given.address(plan.gateway),
                link: link.index,
                source: try Given.prefix(plan.own).address,
                protocol: ours
            )
            spec.metric = 77
            spec.mtu = 1400
            try connection.addRoute(spec)
            let seen = try RouteWitness.one(plan.flag, "route", "show", plan.pods)
            #expect(seen["dst"]?.stringValue == plan.pods)
            #expect(seen["gateway"]?.stringValue == plan.gateway)
            #expect(seen["dev"]?.stringValue == "weft0")
            #expect(seen["prefsrc"]?.stringValue == spec.source?.description)
            #expect(seen["protocol"]?.stringValue == "201")
            #expect(seen["metric"]?.intValue == 77)
            #expect(seen["metrics"]?[0]?["mtu"]?.intValue == 1400)
            #expect(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).map(\.spec) == [spec])
        }
    }

    @Test(arguments: Plan.all)
    func addingTwiceIsAnErrorAndReplacingIsNot(plan: Plan) throws {
        try withLink(plan) { connection, link in
            var spec = RouteSpec(try Given.prefix(plan.pods), gateway: try Given.address(plan.gateway), protocol: ours)
            try connection.addRoute(spec)
            let error = #expect(throws: NetlinkError.self) { try connection.addRoute(spec) }
            #expect(error?.alreadyExists == true)
            #expect(error?.object == "\(plan.pods) via \(plan.gateway)")
            spec.gateway = try Given.address(plan.gateway).advanced(by: 5)
            try connection.replaceRoute(spec)
            spec.link = link.index
            #expect(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).map(\.spec) == [spec])
        }
    }

    @Test(arguments: Plan.all)
    func onlyTheMatchingRouteIsDeleted(plan: Plan) throws {
        try withLink(plan) { connection, link in
            var low = RouteSpec(
                try Given.prefix(plan.pods),
                gateway: try Given.address(plan.gateway),
                link: link.index,
                protocol: ours
            )
            low.metric = 10
            var high = low
            high.metric = 20
            try connection.commit(RouteBatch([.addRoute(low), .addRoute(high)]))
            var foreign = low
            foreign.protocol = .static
            #expect(try connection.deleteRoute(foreign) == false)
            #expect(try connection.deleteRoute(high))
            #expect(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).map(\.spec) == [low])
            low.metric = nil
            #expect(try connection.deleteRoute(low))
            #expect(try connection.deleteRoute(low) == false)
        }
    }

    @Test(arguments: Plan.all)
    func theDefaultRouteHasNoDestination(plan: Plan) throws {
        try withLink(plan) { connection, link in
            let spec = RouteSpec(
                .all(plan.family),
                gateway: try Given.address(plan.gateway),
                link: link.index,
                protocol: ours
            )
            try connection.addRoute(spec)
            #expect(try RouteWitness.one(plan.flag, "route", "show", "default")["gateway"]?.stringValue == plan.gateway)
            #expect(try connection.routes(RouteFilter(protocol: ours)).map(\.spec) == [spec])
            let found = try connection.route(to: try Given.address(plan.foreignGateway))
            #expect(found?.spec.gateway == spec.gateway)
            #expect(try connection.deleteRoute(spec))
            #expect(try connection.route(to: try Given.address(plan.foreignGateway)) == nil)
        }
    }

    @Test(arguments: Plan.all)
    func aGatewayThatNoAddressCoversNeedsOnLink(plan: Plan) throws {
        try withLink(plan) { connection, link in
            var spec = RouteSpec(
                try Given.prefix(plan.pods),
                gateway: try Given.address(plan.foreignGateway),
                link: link.index,
                protocol: ours
            )
            let error = #expect(throws: NetlinkError.self) { try connection.addRoute(spec) }
            #expect(error?.code == .kernel)
            #expect(error?.description.hasPrefix("add route \(plan.pods) via \(plan.foreignGateway) on link") == true)
            spec.isOnLink = true
            try connection.addRoute(spec)
            #expect(try RouteWitness.one(plan.flag, "route", "show", plan.pods)["flags"]?[0]?.stringValue == "onlink")
            #expect(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).map(\.spec) == [spec])
        }
    }

    @Test(arguments: Plan.all)
    func listsAreFilteredByTableProtocolAndLink(plan: Plan) throws {
        try withLink(plan) { connection, link in
            var batch = RouteBatch()
            for index in 0..<300 {
                let destination = try #require(Given.prefix(plan.pods).address.advanced(by: index << 1))
                batch.append(
                    .addRoute(
                        RouteSpec(
                            IPPrefix(host: destination),
                            link: link.index,
                            protocol: ours,
                            table: index < 100 ? RouteTable(rawValue: 1000) : .main
                        )
                    )
                )
            }
            try connection.commit(batch)
            #expect(try connection.routes(RouteFilter(protocol: ours)).count == 200)
            let inTable = try connection.routes(RouteFilter(family: plan.family, table: RouteTable(rawValue: 1000)))
            #expect(inTable.count == 100)
            #expect(inTable.allSatisfy { $0.spec.table.rawValue == 1000 && $0.spec.link == link.index })
            #expect(try connection.routes(RouteFilter(protocol: ours, table: nil)).count == 300)
            #expect(try connection.routes(RouteFilter(protocol: ours, link: 1)).isEmpty)
            #expect(try connection.routes(RouteFilter(family: plan.family, table: RouteTable(rawValue: 4711))).isEmpty)
            let local = try connection.routes(RouteFilter(family: plan.family, table: .local, kind: .local))
            #expect(local.contains { $0.destination.address.description == plan.own.split(separator: "/")[0] })
        }
    }

    @Test(arguments: Plan.all, [RouteKind.blackhole, .unreachable, .prohibit, .throw])
    func routesThatRefuseNeedNoLink(plan: Plan, kind: RouteKind) throws {
        try withLink(plan) { connection, _ in
            let spec = RouteSpec(try Given.prefix(plan.pods), protocol: ours, kind: kind)
            try connection.addRoute(spec)
            #expect(try RouteWitness.one(plan.flag, "route", "show", plan.pods)["type"]?.stringValue == "\(kind)")
            #expect(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).map(\.spec) == [spec])
            #expect(try connection.deleteRoute(spec))
        }
    }

    @Test(arguments: Plan.all)
    func localRoutesMakeAnAddressThisHosts(plan: Plan) throws {
        try withLink(plan) { connection, _ in
            let spec = RouteSpec(
                IPPrefix(host: try Given.address(plan.foreignGateway)),
                link: 1,
                source: try Given.prefix(plan.own).address,
                protocol: ours,
                table: .local,
                kind: .local
            )
            try connection.addRoute(spec)
            #expect(try connection.routes(RouteFilter(protocol: ours, table: .local)).map(\.spec) == [spec])
            let found = try connection.route(to: try Given.address(plan.foreignGateway))
            #expect(found?.spec.kind == .local)
            #expect(found?.spec.source == spec.source)
        }
    }

    @Test func anIPv4RouteMayGoOverAnIPv6Gateway() throws {
        try withLink(Plan.all[1]) { connection, link in
            let spec = RouteSpec(
                try Given.prefix("10.244.2.0/24"),
                gateway: try Given.address("fd00:192::3"),
                link: link.index,
                protocol: ours
            )
            try connection.addRoute(spec)
            let seen = try RouteWitness.one("-4", "route", "show", "10.244.2.0/24")
            #expect(seen["via"]?["host"]?.stringValue == "fd00:192::3")
            #expect(try connection.routes(RouteFilter(family: .ipv4, protocol: ours)).map(\.spec) == [spec])
        }
    }

    @Test(arguments: Plan.all)
    func severalNextHopsAreReadBack(plan: Plan) throws {
        try withLink(plan) { connection, link in
            let second = try #require(Given.address(plan.gateway).advanced(by: 1))
            try Witness.run(
                "ip",
                plan.flag,
                "route",
                "add",
                plan.pods,
                "proto",
                "201",
                "nexthop",
                "via",
                plan.gateway,
                "dev",
                "weft0",
                "weight",
                "3",
                "nexthop",
                "via",
                "\(second)",
                "dev",
                "weft0"
            )
            let route = try #require(try connection.routes(RouteFilter(family: plan.family, protocol: ours)).first)
            #expect(route.nextHops.map(\.gateway) == [try Given.address(plan.gateway), second])
            #expect(route.nextHops.map(\.weight) == [3, 1])
            #expect(route.nextHops.allSatisfy { $0.link == link.index })
            #expect(route.spec.gateway == nil)
        }
    }
}
