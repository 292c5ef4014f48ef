import LinuxSystem
import Netlink
import NetlinkTesting
import NetworkTypes
import RouteNetlink
import Testing

/// What the connection makes of the kernel's answers.
struct RouteConnectionTests {
    private func connection(
        _ answer: @escaping @Sendable (NetlinkMessage) throws -> [NetlinkMessage]
    ) -> RouteConnection {
        RouteConnection(NetlinkSocket.connected(to: FakeExchange(answer).exchange))
    }

    /// An object, renumbered as the answer to a request.
    private static func reply(_ bytes: [UInt8], to request: NetlinkMessage) throws -> NetlinkMessage {
        var message = try #require(try NetlinkMessage.parse(bytes).first)
        message.sequence = request.sequence
        return message
    }

    @Test(arguments: [Errno.noSuchDevice, .noSuchFileOrDirectory, .noSuchProcess, .addressNotAvailable])
    func whatIsNotThereIsDeletedWithoutAnError(errno: Errno) throws {
        var connection = connection { [.failure($0, errno)] }
        #expect(try connection.deleteLink(.name("veth3")) == false)
        #expect(try connection.deleteRoute(RouteSpec(.all(.ipv4))) == false)
        #expect(try connection.deleteNeighbor(.any(.ipv6), link: 1) == false)
        #expect(try connection.link(named: "veth3") == nil)
    }

    @Test func otherRefusalsOfADeletionAreErrors() {
        var connection = connection { [.failure($0, .notPermitted, text: "no right")] }
        let error = #expect(throws: NetlinkError.self) { try connection.deleteLink(.name("veth3")) }
        #expect(error?.description == "delete link veth3: operation not permitted (EPERM): no right")
    }

    @Test func aDumpMayHaveOtherFamiliesObjects() throws {
        var connection = connection { request in
            var foreign = try Self.reply(KernelMessages.ipv4Route, to: request)
            foreign.payload[foreign.payload.startIndex] = 129  // RTNL_FAMILY_IP6MR
            return [try Self.reply(KernelMessages.ipv6Route, to: request), foreign, .done(request)]
        }
        #expect(try connection.routes().count == 1)
        #expect(try connection.routes(RouteFilter(family: .ipv4)).isEmpty)
    }

    @Test func anOldKernelsUnfilteredDumpIsFilteredHere() throws {
        var connection = connection { request in
            [
                try Self.reply(KernelMessages.ipv4Route, to: request),
                try Self.reply(KernelMessages.ipv4RouteOverIPv6, to: request), .done(request),
            ]
        }
        let ours = try connection.routes(RouteFilter(protocol: RouteProtocol(rawValue: 201)))
        #expect(ours.map { "\($0.destination)" } == ["10.244.2.0/24"])
    }

    @Test func anObjectThatCannotBeReadNamesTheRequest() {
        var connection = connection { request in
            var broken = try Self.reply(KernelMessages.ipv4Address, to: request)
            broken.payload[broken.payload.startIndex + 1] = 33  // ifa_prefixlen
            return [broken, .done(request)]
        }
        let error = #expect(throws: NetlinkError.self) {
            _ = try connection.addresses(AddressFilter(family: .ipv4, link: 3))
        }
        #expect(error?.code == .malformed)
        #expect(error?.operation == "list addresses")
        #expect(error?.object == "IPv4, link 3")
    }

    @Test func aBatchGoesOutInOneSend() throws {
        let kernel = FakeExchange { request in
            request.type == 24 ? [.failure(request, .fileExists)] : [.acknowledgement(request)]
        }
        var connection = RouteConnection(NetlinkSocket.connected(to: kernel.exchange))
        var batch = RouteBatch([.setLink(.name("eth0"), .up()), .addRoute(RouteSpec(.all(.ipv6), link: 5))])
        batch.append(.deleteLink(.name("veth3")))
        let error = #expect(throws: NetlinkError.self) { try connection.commit(batch) }
        #expect(error?.description == "add route ::/0 on link 5: file exists (EEXIST)")
        #expect(kernel.requests.map(\.type) == [16, 24, 17])
        try connection.commit(RouteBatch())
        #expect(kernel.requests.count == 3)
    }

    @Test func ensuringALinkThatVanishesIsAnError() {
        var connection = connection { request in
            request.type == 18 ? [.failure(request, .noSuchDevice)] : [.failure(request, .fileExists)]
        }
        let error = #expect(throws: NetlinkError.self) {
            _ = try connection.ensureLink(LinkSpec(name: "cni0", kind: .bridge()))
        }
        #expect(error?.object == "cni0 (bridge)")
        #expect(error?.errno == .noSuchDevice)
    }
}
