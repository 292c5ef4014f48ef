import ClusterModel
import ServiceProxy

/// What a health check server answers: kube-proxy's status, headers and body (reference/kube-proxy.md, section 9).
struct HealthCheckAnswer: Equatable, Sendable {
    let isGood: Bool
    let headers: [(name: String, value: String)]
    let body: String

    /// - Parameters:
    ///   - check: the Service and how many endpoints it has here.
    ///   - isProxyHealthy: whether the rules are written in time.
    init(_ check: ServiceHealthCheck, isProxyHealthy: Bool) {
        isGood = isProxyHealthy && check.localEndpoints > 0
        headers = [
            ("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff"),
            ("X-Load-Balancing-Endpoint-Weight", "\(check.localEndpoints)"),
        ]
        body = """
            {
            \t"service": {
            \t\t"namespace": "\(check.service.namespace)",
            \t\t"name": "\(check.service.name)"
            \t},
            \t"localEndpoints": \(check.localEndpoints),
            \t"serviceProxyHealthy": \(isProxyHealthy)
            }
            """
    }

    static func == (left: HealthCheckAnswer, right: HealthCheckAnswer) -> Bool {
        left.isGood == right.isGood && left.body == right.body
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
}
