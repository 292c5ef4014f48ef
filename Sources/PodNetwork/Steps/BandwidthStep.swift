import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// Slows the container's traffic down: what goes to it leaves the host's end of the pair through a token bucket; what
/// comes from it is redirected through a link that exists only for that (ifb), and has the other token bucket.
struct BandwidthStep: AttachmentStep {
    let name = "bandwidth"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let bandwidth = work.spec.bandwidth else { return }
        let pod = work.pod
        let end: Link
        if let own = work.hostEnd {
            end = own
        } else {
            end = try work.backend.hostEnd(of: work.id, in: pod)
            work.limitedLink = end.index
        }
        do throws(NetlinkError) {
            if let limit = bandwidth.ingress {
                try work.backend.host.commit(RouteBatch(bandwidth.peers.limits(limit.bucket(link: end.index))))
            }
            guard let limit = bandwidth.egress else { return }
            let spec = LinkSpec(name: work.id.limiterName, kind: .ifb, mtu: end.mtu, isUp: true)
            try work.backend.host.createLink(spec)
            work.ownsLimiter = true
            guard let limiter = try work.backend.host.link(named: spec.name) else {
                throw NetlinkError(.kernel, errno: .noSuchDevice, operation: "create link", object: spec.name)
            }
            var alias = LinkChange()
            alias.alias = work.id.alias
            let requests: [NetlinkRequest] = [
                .setLink(.index(limiter.index), alias), .replaceTokenBucket(limit.bucket(link: limiter.index)),
                .addIngress(link: end.index),
            ]
            let redirections = bandwidth.peers.redirections(from: end.index, to: limiter.index)
            try work.backend.host.commit(RouteBatch(requests + redirections))
            work.limiter = limiter
        } catch {
            throw CNIError(error)
        }
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        // Of a pair that this ADD made they go with it.
        if let index = work.limitedLink {
            _ = try? work.backend.host.outcome(of: RouteBatch(NetlinkRequest.deleteDisciplines(link: index)))
        }
        guard work.ownsLimiter else { return nil }
        do throws(NetlinkError) {
            try work.backend.host.deleteLink(.name(work.id.limiterName))
            work.ownsLimiter = false
            return nil
        } catch {
            return "\(work.id.limiterName) is still there: \(error)"
        }
    }
}

extension AttachmentID {
    /// The name of the link that slows down what the container sends: "bwp", as the reference's, and the hash that is in
    /// the name of the end in the host's namespace.
    var limiterName: String { "bwp\(hostInterfaceName.dropFirst(4))" }
}

extension BandwidthConfiguration.Limit {
    /// The token bucket on a link.
    func bucket(link: UInt32) -> TokenBucketSpec {
        TokenBucketSpec(link: link, rate: bytesPerSecond, burst: burstBytes, limit: limitBytes)
    }
}

extension BandwidthConfiguration.Peers {
    /// The requests that limit what leaves a link towards the container.
    fileprivate func limits(_ bucket: TokenBucketSpec) -> [NetlinkRequest] {
        func filters(_ subnets: [IPPrefix], areLimited: Bool) -> [NetlinkRequest] {
            NetlinkRequest.replaceSelectiveBucket(bucket, takesRest: !areLimited)
                + subnets.map {
                    .classify(link: bucket.link, TrafficMatch($0, .source), isLimited: areLimited)
                }
        }
        switch self {
        case .all: return [.replaceTokenBucket(bucket)]
        case .only(let subnets): return filters(subnets, areLimited: true)
        case .allBut(let subnets): return filters(subnets, areLimited: false)
        }
    }

    /// The requests that send what comes from the container through the link that slows it down.
    fileprivate func redirections(from link: UInt32, to limiter: UInt32) -> [NetlinkRequest] {
        switch self {
        case .all: return [.redirectIngress(link: link, to: limiter)]
        case .only(let subnets):
            return subnets.map {
                .redirectIngress(link: link, to: limiter, matching: TrafficMatch($0, .destination))
            }
        case .allBut(let subnets):
            return subnets.map { .passIngress(link: link, matching: TrafficMatch($0, .destination)) }
                + [.redirectIngress(link: link, to: limiter)]
        }
    }
}
