import Glibc
public import NetworkTypes

/// The small real server of a demo pod: answers every TCP line (or SCTP message) and every UDP datagram with its own name and with the
/// address that it saw the client at, so that a client learns which endpoint it reached and whether it was masqueraded.
public final class NameServer {
    private let name: String
    private let listeners: [InternetSocket]
    private let datagrams: [InternetSocket]
    private var connections: [(socket: InternetSocket, peer: IPEndpoint)] = []

    /// Listens on `port` of each transport on every address of the families.
    public init(
        name: String,
        port: Port,
        families: [IPFamily] = [.ipv4],
        transports: [InternetSocket.Transport] = InternetSocket.Transport.common
    ) throws(TrafficError) {
        self.name = name
        var listeners: [InternetSocket] = []
        var datagrams: [InternetSocket] = []
        for family in families {
            let any = IPEndpoint(address: .any(family), port: port)
            for transport in transports {
                let socket = try InternetSocket(transport, family: family)
                try socket.bind(to: any)
                if transport == .udp {
                    datagrams.append(socket)
                } else {
                    try socket.listen()
                    listeners.append(socket)
                }
            }
        }
        self.listeners = listeners
        self.datagrams = datagrams
    }

    /// Serves until `shouldStop` says so; it is asked at least every 200 ms.
    public func run(until shouldStop: () -> Bool = { false }) {
        while !shouldStop() {
            var entries = (listeners + datagrams + connections.map(\.socket)).map {
                pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
            }
            guard unsafe poll(&entries, nfds_t(entries.count), 200) > 0 else { continue }
            let ready = Set(entries.filter { $0.revents != 0 }.map(\.fd))
            answerConnections(ready)
            for datagram in datagrams where ready.contains(datagram.descriptor) { answerDatagrams(datagram) }
            for listener in listeners where ready.contains(listener.descriptor) { acceptConnections(listener) }
        }
    }

    private func acceptConnections(_ listener: InternetSocket) {
        while let (socket, peer) = listener.accept() { connections.append((socket, peer)) }
    }

    private func answerConnections(_ ready: Set<Int32>) {
        connections.removeAll { connection in
            guard ready.contains(connection.socket.descriptor) else { return false }
            do throws(TrafficError) {
                guard try !connection.socket.receive(timeout: 0).isEmpty else { return true }
                try connection.socket.send(answer(to: connection.peer))
                return false
            } catch {
                return error.code != .timeout
            }
        }
    }

    private func answerDatagrams(_ datagram: InternetSocket) {
        while let (_, peer) = try? datagram.receiveWaiting() {
            guard let peer else { continue }
            // A client that has gone meanwhile is no reason to stop serving the others.
            _ = try? datagram.send(answer(to: peer), to: peer)
        }
    }

    private func answer(to peer: IPEndpoint) -> [UInt8] { Array("\(name) \(peer)\n".utf8) }
}
