extension SyntheticCluster {
    /// The Services as a ServiceList, in JSON.
    public var serviceList: [UInt8] { list("ServiceList", "v1", (0..<serviceCount).map(service)) }

    /// The EndpointSlices as an EndpointSliceList, in JSON.
    public var sliceList: [UInt8] {
        list("EndpointSliceList", "discovery.k8s.io/v1", (0..<serviceCount).flatMap { slices(ofService: $0) })
    }

    private func list(_ kind: String, _ version: String, _ items: [String]) -> [UInt8] {
        var text = #"{"kind":"\#(kind)","apiVersion":"\#(version)","metadata":{"resourceVersion":"1"},"items":["#
        text += items.joined(separator: ",")
        text += "]}"
        return Array(text.utf8)
    }

    /// A Service, in JSON.
    public func service(_ number: Int) -> String {
        let address = Self.clusterIP(number)
        return metadata("Service", "v1", Self.name(number), number: number, labels: #""app":"\#(Self.name(number))""#)
            + #""spec":{"ports":[{"name":"http","protocol":"TCP","port":\#(Self.port),"targetPort":\#(Self.targetPort)}],"#
            + #""clusterIP":"\#(address)","clusterIPs":["\#(address)"],"type":"ClusterIP","sessionAffinity":"None","#
            + #""ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","internalTrafficPolicy":"Cluster"},"#
            + #""status":{"loadBalancer":{}}}"#
    }

    /// The EndpointSlices of a Service, in JSON.
    public func slices(ofService number: Int) -> [String] {
        let sliceCount = (endpointCount + Self.sliceSize - 1) / Self.sliceSize
        return (0..<sliceCount).map { slice(ofService: number, index: $0) }
    }

    /// The first EndpointSlice of a Service after its last endpoint in it went elsewhere, in JSON.
    ///
    /// - Parameters:
    ///   - number: the Service's number.
    ///   - move: the number of the move, from 1: the endpoint is at ``movedAddress(_:)`` then.
    /// - Returns: the text.
    public func movedSlice(ofService number: Int, move: Int) -> String {
        slice(ofService: number, index: 0, move: move)
    }

    /// The name of a Service's EndpointSlice.
    public static func sliceName(_ service: Int, index: Int = 0) -> String { "\(name(service))-\(index + 1)" }

    /// An EndpointSlice of a Service, in JSON.
    ///
    /// - Parameters:
    ///   - number: the Service's number.
    ///   - index: the slice's number within the Service, from 0.
    ///   - move: if not 0, the last endpoint is at ``movedAddress(_:)``.
    ///   - more: how many endpoints there are beyond what the Service has; their addresses are those of the next ones.
    /// - Returns: the text.
    func slice(ofService number: Int, index: Int, move: Int = 0, more: Int = 0) -> String {
        let range = index * Self.sliceSize..<min((index + 1) * Self.sliceSize, endpointCount)
        let labels = """
            "kubernetes.io/service-name":"\(Self.name(number))",\
            "endpointslice.kubernetes.io/managed-by":"weft-bench"
            """
        let endpoints = (Array(range) + (endpointCount..<endpointCount + more)).map { endpoint in
            self.endpoint(number, endpoint, move: endpoint == range.upperBound - 1 ? move : 0)
        }
        let name = Self.sliceName(number, index: index)
        return metadata("EndpointSlice", "discovery.k8s.io/v1", name, number: number, labels: labels)
            + #""addressType":"IPv4","endpoints":["# + endpoints.joined(separator: ",")
            + #"],"ports":[{"name":"http","protocol":"TCP","port":\#(Self.targetPort)}]}"#
    }

    private func endpoint(_ service: Int, _ endpoint: Int, move: Int) -> String {
        let address = address(service, endpoint, move: move)
        let conditions = #""conditions":{"ready":true,"serving":true,"terminating":false}"#
        let pod = #""targetRef":{"kind":"Pod","namespace":"\#(Self.namespace)","name":"pod-\#(service)-\#(endpoint)"}"#
        return #"{"addresses":["\#(address)"],\#(conditions),"nodeName":"node-\#(endpoint % 100 + 1)",\#(pod)}"#
    }

    /// The beginning of an object up to what is its own.
    private func metadata(_ kind: String, _ version: String, _ name: String, number: Int, labels: String) -> String {
        let digits = String(number, radix: 16)
        let uid = "7a0e6d1c-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return #"{"kind":"\#(kind)","apiVersion":"\#(version)","metadata":{"name":"\#(name)","#
            + #""namespace":"\#(Self.namespace)","uid":"\#(uid)","resourceVersion":"\#(number + 1)","#
            + #""creationTimestamp":"2026-01-01T00:00:00Z","labels":{\#(labels)}},"#
    }
}
