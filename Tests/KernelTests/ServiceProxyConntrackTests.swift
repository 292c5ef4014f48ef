import Conntrack
import JSONTree
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// UDP flows whose endpoint is gone, in the kernel's connection tracking.
@Suite(
    .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.conntrack.isAvailable)
)
struct ServiceProxyConntrackTests {
    @Test(arguments: ServiceProxyMode.allCases, IPFamily.allCases)
    func flowsToAnEndpointThatIsGoneAreRemovedAndOthersStay(mode: ServiceProxyMode, family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(family, mode) }
            for (name, number) in [("dns", 1), ("other", 2)] {
                objects.addService(name, number)
                objects.setEndpoints(name, [1])
            }
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            for number in [1, 2] {
                let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(number, family)))
                let answers = try network.ask(
                    from: network.pods[1],
                    IPEndpoint(address: address, port: 53),
                    .udp,
                    times: 3
                )
                #expect(answers.map(\.server) == ["pod1", "pod1", "pod1"])
            }
            objects.setEndpoints("dns", [2])
            let changed = objects.planner.takeDirty().compactMap(\.spec)
            try network.node.run {
                var connection = try ConntrackConnection.open()
                let stale = StaleFlows(changed)
                let before = try connection.dump(FlowFilter(family: family, .udp))
                #expect(before.filter(stale.contains).count == 3)
                try #expect(FlowCleaner.kernel.clean(family, stale) == 3)
                let after = try connection.dump(FlowFilter(family: family, .udp))
                #expect(after.count == before.count - 3)
                #expect(after.filter(stale.contains).isEmpty)
            }
        }
    }

    @Test(arguments: IPFamily.allCases, [true, false])
    func connectionsOfTCPAreForgottenWhereTheServiceAsksForIt(family: IPFamily, asks: Bool) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(family) }
            let annotations: JSONValue = ["weft.dev/clean-tcp-connections": asks ? "true" : "false"]
            objects.addService("web", 1, nodePort: 30081, ["annotations": annotations])
            objects.setEndpoints("web", [1])
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
            let node = try #require(IPAddress(ServiceProxyNetwork.nodeAddress(family)))
            _ = try network.ask(from: network.pods[1], IPEndpoint(address: address, port: 80), times: 3)
            _ = try network.ask(from: network.client, IPEndpoint(address: node, port: 30081), times: 2)
            objects.setEndpoints("web", [2])
            let changed = objects.planner.takeDirty().compactMap(\.spec)
            try network.node.run {
                var connection = try ConntrackConnection.open()
                let before = try connection.dump(FlowFilter(family: family, .tcp)).count
                #expect(before >= 5)
                try #expect(FlowCleaner.kernel.clean(family, StaleFlows(changed)) == (asks ? 5 : 0))
                try #expect(connection.dump(FlowFilter(family: family, .tcp)).count == before - (asks ? 5 : 0))
            }
        }
    }

    /// What the clean-up is for: a client in the middle of a connection learns at once that its endpoint is gone.
    @Test(arguments: IPFamily.allCases, [true, false])
    func anOpenConnectionEndsWithItsEndpointWhereTheServiceAsksForIt(family: IPFamily, asks: Bool) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(family) }
            let annotations: JSONValue = ["weft.dev/clean-tcp-connections": asks ? "true" : "false"]
            objects.addService("web", 1, ["annotations": annotations])
            objects.setEndpoints("web", [1])
            try network.node.run { _ = try objects.start() }
            _ = objects.planner.takeDirty()
            let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
            let connection = try network.client.run {
                let socket = try InternetSocket(.tcp, family: family)
                try socket.connect(to: IPEndpoint(address: address, port: 80), timeout: 2000)
                return socket
            }
            func answer() throws -> String {
                try connection.send(Array("who?\n".utf8))
                return String(decoding: try connection.receive(timeout: 2000), as: UTF8.self)
            }
            #expect(try answer().hasPrefix("pod1 "))
            objects.setEndpoints("web", [2])
            let changes = objects.planner.takeDirty()
            try network.node.run {
                _ = try objects.backend.apply(changes.filter { $0.family == family })
                let stale = StaleFlows(changes.compactMap(\.spec))
                try #expect(FlowCleaner.kernel.clean(family, stale) == (asks ? 1 : 0))
            }
            if asks {
                // The other pod knows nothing of the connection.
                let error = #expect(throws: TrafficError.self) { _ = try answer() }
                #expect(error?.code == .closed)
                #expect(try network.ask(from: network.client, IPEndpoint(address: address, port: 80)).count == 1)
            } else {
                #expect(try answer().hasPrefix("pod1 "))
            }
        }
    }
}
