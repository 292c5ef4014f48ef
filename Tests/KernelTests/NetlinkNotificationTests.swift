import LinuxSystem
import LinuxSystemTesting
import Netlink
import Synchronization
import Testing

/// Multicast against the running kernel.
@Suite(.enabled(if: KernelFeature.namespaces.isAvailable))
struct NetlinkNotificationTests {
    /// What a listener reported so far.
    private final class Log: Sendable {
        private let events = Mutex<[NotificationListener.Event]>([])

        func note(_ event: NotificationListener.Event) { events.withLock { $0.append(event) } }

        var messageTypes: [UInt16] {
            events.withLock { events in
                events.flatMap { event -> [UInt16] in
                    if case .messages(let messages) = event { messages.map(\.type) } else { [] }
                }
            }
        }

        /// Waits until something holds of the types; gives up after a while.
        func waitUntil(_ condition: ([UInt16]) -> Bool) -> Bool {
            let deadline = Deadline.after(.seconds(30))
            while !deadline.hasPassed {
                if condition(messageTypes) { return true }
                Pause.briefly()
            }
            return false
        }
    }

    @Test func aListenerGetsWhatHappensToLinks() throws {
        try withTestNamespace { namespace in
            let socket = try NetlinkSocket.open(.route)
            try socket.join(group: 1)  // RTNLGRP_LINK
            let log = Log()
            let listener = try NotificationListener.start(socket, name: "weft-test") { log.note($0) }
            try namespace.witness("ip", "link", "add", "weft0", "type", "bridge")
            try namespace.witness("ip", "link", "delete", "weft0")
            #expect(log.waitUntil { $0.contains(16) && $0.contains(17) })  // RTM_NEWLINK, RTM_DELLINK
            listener.stop()
            let count = log.messageTypes.count
            try namespace.witness("ip", "link", "add", "weft1", "type", "bridge")
            #expect(log.messageTypes.count == count)
        }
    }

    @Test(.enabled(if: KernelFeature.nft.isAvailable))
    func aFilterPassesOnlyTheEndOfATransaction() throws {
        try withTestNamespace { namespace in
            let generationOnly = try NetlinkSocket.open(.netfilter)
            try generationOnly.attach(.messageTypes([0xa0f]))  // NFT_MSG_NEWGEN
            let everything = try NetlinkSocket.open(.netfilter)
            try everything.attach(.messageTypes([0xa0f, 0xa00, 0xa03]))
            for group: UInt32 in [7] {  // NFNLGRP_NFTABLES
                try generationOnly.join(group: group)
                try everything.join(group: group)
            }
            let (few, many) = (Log(), Log())
            let listeners = [
                try NotificationListener.start(generationOnly, name: "few") { few.note($0) },
                try NotificationListener.start(everything, name: "many") { many.note($0) },
            ]
            defer { for listener in listeners { listener.stop() } }
            for index in 0..<3 {
                try namespace.witness("nft", "add table inet t\(index); add chain inet t\(index) c")
            }
            #expect(few.waitUntil { $0.count >= 3 })
            #expect(many.waitUntil { types in types.count { $0 == 0xa0f } >= 3 })
            #expect(few.messageTypes == [0xa0f, 0xa0f, 0xa0f])
            #expect(many.messageTypes.contains(0xa00))
        }
    }

    @Test func lostNotificationsAreAnOverrun() throws {
        try withTestNamespace { _ in
            var listening = try NetlinkSocket.open(.route)
            try listening.join(group: 1)
            var changing = try NetlinkSocket.open(.route)
            // Each RTM_NEWLINK takes more than 1 KiB of the receive buffer's default 208 KiB.
            for index in 0..<1000 {
                try changing.request(
                    NetlinkRequest(16, operation: "set link", object: "lo") {
                        $0.append(UInt32(0))
                        $0.append(Int32(1))
                        $0.append(UInt64(0))
                        $0.attribute(4, UInt32(20_000 + index))  // IFLA_MTU
                    }
                )
            }
            var received = 0
            let error = #expect(throws: NetlinkError.self) {
                while true { received += try listening.receive(until: .now).count }
            }
            #expect(error?.code == .overrun && error?.errno == .noBufferSpace)
            // After that the rest can be read, and then there is nothing.
            let end = #expect(throws: NetlinkError.self) {
                while true { received += try listening.receive(until: .now).count }
            }
            #expect(end?.code == .timeout)
            #expect(received > 0 && received < 1000)
        }
    }
}
