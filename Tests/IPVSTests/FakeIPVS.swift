import IPVS
import LinuxSystem
import Netlink
import NetlinkTesting
import NetworkTypes

/// A connection to a function that answers as the kernel does.
struct FakeIPVS {
    let kernel: FakeExchange

    /// - Parameter answer: to each message but the question for the family's number.
    init(_ answer: @escaping @Sendable (NetlinkMessage) throws -> [NetlinkMessage]) {
        kernel = FakeExchange { request in
            guard request.type == 16 else { return try answer(request) }
            return [.data(request, type: 16, payload: KernelMessages.family), .acknowledgement(request)]
        }
    }

    /// All is well with every request.
    static var agreeing: FakeIPVS {
        FakeIPVS { $0.flags.contains(.acknowledge) ? [.acknowledgement($0)] : [] }
    }

    /// A dump of these payloads, or the answer to a get request.
    static func answering(_ payloads: [UInt8]...) -> FakeIPVS {
        FakeIPVS { request in
            let isDump = request.flags.contains(.dump)
            let data = payloads.map { NetlinkMessage.data(request, type: 0x21, payload: $0) }
            return data + [isDump ? .done(request) : .acknowledgement(request)]
        }
    }

    func connect() throws -> IPVSConnection {
        let kernel = kernel
        return try .connected { bytes in try kernel.exchange(bytes).map(\.bytes) }
    }

    /// What was asked after the family.
    var requests: [NetlinkMessage] { Array(kernel.requests.dropFirst()) }
}

let tcp = VirtualServerID(.tcp, .v4(IPv4Address(10, 96, 0, 1)), 80)
let udp6 = VirtualServerID(.udp, IPAddress("fd00:96::1") ?? .any(.ipv6), 53)
let pod4 = IPEndpoint(address: .v4(IPv4Address(10, 244, 0, 5)), port: 8080)
let pod6 = IPEndpoint(address: IPAddress("fd00:244::6") ?? .any(.ipv6), port: 53)
