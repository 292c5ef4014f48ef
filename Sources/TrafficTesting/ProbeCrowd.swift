import Glibc
import NetworkTypes

/// Many questions asked at once, from any network namespaces: what takes each of them a second takes all a second.
public final class ProbeCrowd {
    private struct Member {
        var probe: Probe
        var socket: InternetSocket?
        var isConnected = false
        var outcome: Result<Probe.Answer, TrafficError>?
    }

    private var members: [Member] = []
    /// How many questions go out at once; the kernel's queues take about a thousand packets
    /// (net.core.netdev_max_backlog), which all namespaces share.
    private static let burst = 32

    /// Nobody asks yet.
    public init() {}

    /// Asks, from the calling thread's network namespace.
    public func ask(_ probe: Probe) {
        var member = Member(probe: probe)
        do throws(TrafficError) {
            let socket = try InternetSocket(probe.transport, family: probe.target.address.family)
            member.socket = socket
            member.isConnected = try socket.beginConnecting(to: probe.target)
            if member.isConnected { Self.sendQuestion(socket) }
        } catch {
            member.outcome = .failure(error)
        }
        members.append(member)
        if members.count.isMultiple(of: Self.burst) { usleep(2000) }
    }

    /// What becomes of each, in the order in which they were asked; what is silent for so many milliseconds from now
    /// has the error `.timeout`.
    public func outcomes(within milliseconds: Int32) -> [Result<Probe.Answer, TrafficError>] {
        let deadline = ContinuousClock.now + .milliseconds(Int(Patience.milliseconds(milliseconds)))
        while true {
            let waiting = members.indices.filter { members[$0].outcome == nil }
            let left = deadline - .now
            guard !waiting.isEmpty, left > .zero else { break }
            var entries = waiting.map { index in
                pollfd(
                    fd: members[index].socket?.descriptor ?? -1,
                    events: Int16(members[index].isConnected ? POLLIN : POLLOUT),
                    revents: 0
                )
            }
            guard unsafe poll(&entries, nfds_t(entries.count), Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
            for (index, entry) in zip(waiting, entries) where entry.revents != 0 { advance(&members[index]) }
        }
        return members.map { $0.outcome ?? .failure(TrafficError("ask", $0.probe.target, errno: ETIMEDOUT)) }
    }

    private func advance(_ member: inout Member) {
        guard let socket = member.socket else { return }
        let target = member.probe.target
        if let failure = socket.takeError(member.isConnected ? "receive" : "connect", target) {
            member.outcome = .failure(failure)
        } else if member.isConnected {
            do throws(TrafficError) {
                member.outcome = .success(try Probe.answer(in: socket.receiveWaiting().bytes, from: target))
            } catch {
                member.outcome = .failure(error)
            }
        } else {
            member.isConnected = true
            Self.sendQuestion(socket)
        }
    }

    /// A datagram of the node's own that its rules drop or reject is refused here, too; which of both it was, the
    /// ICMP error tells, or its absence.
    private static func sendQuestion(_ socket: InternetSocket) { try? socket.send(Array("who?\n".utf8)) }
}
