import ClusterModel
import JSONTree
import Testing

/// What the kinds other than Service ask for.
struct KindRulesTests {
    static let special = "may not be in the link-local range (169.254.0.0/16, fe80::/10)"

    static let broken: [(ResourceKind, String, [String])] = [
        (.endpointSlice, #"{"addressType":null}"#, ["addressType: Required value"]),
        (
            .endpointSlice, #"{"addressType":"IPX"}"#,
            [#"addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6""#]
        ),
        (
            .endpointSlice, #"{"endpoints":[{"addresses":[]}]}"#,
            ["endpoints[0].addresses: Required value: must contain at least 1 address"]
        ),
        (
            .endpointSlice, #"{"endpoints":[{"addresses":["fd00::1"]}]}"#,
            [#"endpoints[0].addresses[0]: Invalid value: "fd00::1": must be a valid IPv4 address"#]
        ),
        (
            .endpointSlice, #"{"endpoints":[{"addresses":["169.254.1.1"]}]}"#,
            ["endpoints[0].addresses[0]: Invalid value: \"169.254.1.1\": \(special)"]
        ),
        (.endpointSlice, #"{"addressType":"IPv6","endpoints":[{"addresses":["fd00::1"]}]}"#, []),
        (
            .endpointSlice, #"{"addressType":"IPv6","endpoints":[{"addresses":["fe80::1"]}]}"#,
            ["endpoints[0].addresses[0]: Invalid value: \"fe80::1\": \(special)"]
        ),
        (.endpointSlice, #"{"addressType":"FQDN","endpoints":[{"addresses":["a.example.com"]}]}"#, []),
        (.endpointSlice, #"{"ports":[{},{"name":""}]}"#, [#"ports[1].name: Duplicate value: """#]),
        (
            .endpointSlice, #"{"ports":[{"name":"a","protocol":"X","port":70000}]}"#,
            [
                #"ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP""#,
                "ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            ]
        ),
        (
            .networkPolicy, #"{"spec":{"policyTypes":["Ingress","Egress","Ingress"]}}"#,
            [
                #"spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes"#
            ]
        ),
        (
            .networkPolicy, #"{"spec":{"policyTypes":["Sideways"]}}"#,
            [#"spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress""#]
        ),
        (
            .networkPolicy, #"{"spec":{"ingress":[{"from":[{}]}]}}"#,
            ["spec.ingress[0].from[0]: Required value: must specify a peer"]
        ),
        (
            .networkPolicy, #"{"spec":{"egress":[{"to":[{"podSelector":{},"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}}"#,
            ["spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer"]
        ),
        (
            .networkPolicy,
            #"{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16","10.0.0.0/8"]}}]}]}}"#,
            [
                #"spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`"#,
                #"spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`"#,
            ]
        ),
        (.networkPolicy, #"{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.1/8"}}]}]}}"#, []),
        (
            .networkPolicy, #"{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"ten"}}]}]}}"#,
            [
                #"spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "ten": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"#
            ]
        ),
        (
            .networkPolicy,
            #"{"spec":{"ingress":[{"ports":[{"port":80,"endPort":79},{"endPort":9},{"port":"web","endPort":9}]}]}}"#,
            [
                "spec.ingress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`",
                "spec.ingress[0].ports[1].endPort: Invalid value: 9: may not be specified when `port` is not specified",
                "spec.ingress[0].ports[2].endPort: Invalid value: 9: may not be specified when `port` is non-numeric",
            ]
        ),
        (
            .networkPolicy,
            #"{"spec":{"podSelector":{"matchExpressions":[{"key":"a","operator":"In"},{"key":"a","operator":"Exists","values":["b"]},{"key":"a","operator":"Is"}]}}}"#,
            [
                "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                "spec.podSelector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                #"spec.podSelector.matchExpressions[2].operator: Invalid value: "Is": not a valid selector operator"#,
            ]
        ),
        (
            .node, #"{"spec":{"podCIDRs":["10.244.1.0/24","10.244.2.0/24"]}}"#,
            [
                #"spec.podCIDRs: Invalid value: ["10.244.1.0/24","10.244.2.0/24"]: may specify no more than one CIDR for each IP family"#
            ]
        ),
        (.node, #"{"spec":{"podCIDRs":["10.244.1.0/24","fd00:1::/64"]}}"#, []),
        (
            .node, #"{"spec":{"podCIDRs":["x"]}}"#,
            [#"spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"#]
        ),
        (
            .node, #"{"spec":{"taints":[{"key":"a","effect":"Never"}]}}"#,
            [
                #"spec.taints[0].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule""#
            ]
        ),
        (.pod, #"{"spec":{"containers":[]}}"#, ["spec.containers: Required value"]),
        (
            .pod, #"{"spec":{"containers":[{"name":"a","image":"x"},{"name":"a"}]}}"#,
            [#"spec.containers[1].name: Duplicate value: "a""#, "spec.containers[1].image: Required value"]
        ),
        (
            .pod,
            #"{"spec":{"containers":[{"name":"a","image":"x","ports":[{"name":"80"},{"containerPort":70000}]}]}}"#,
            [
                #"spec.containers[0].ports[0].name: Invalid value: "80": must contain at least one letter (a-z)"#,
                "spec.containers[0].ports[0].containerPort: Required value",
                "spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
            ]
        ),
        (
            .pod, #"{"spec":{"restartPolicy":"Sometimes"}}"#,
            [#"spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never""#]
        ),
        (
            .lease, #"{"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1,"holderIdentity":""}}"#,
            [
                #"spec.holderIdentity: Invalid value: "": must not be empty"#,
                "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
            ]
        ),
        (
            .event, #"{"involvedObject":{"namespace":"other"}}"#,
            [#"involvedObject.namespace: Invalid value: "other": does not match event.namespace"#]
        ),
        (
            .event, #"{"eventTime":"2026-11-21T09:30:00.000000Z","type":"Odd","reason":null}"#,
            [
                "reportingController: Required value", "reportingInstance: Required value", "action: Required value",
                "reason: Required value", #"type: Unsupported value: "Odd": supported values: "Normal", "Warning""#,
            ]
        ),
    ]

    @Test(arguments: broken) func ruleIsKept(kind: ResourceKind, patch: String, expected: [String]) throws {
        let sample = try #require(Samples.all.first { $0.0 == kind }?.1)
        let json = try sample.with(patch)
        #expect(Samples.problems { () throws(StatusObject) in try Samples.create(kind, json) } == expected)
    }

    @Test func sliceHasLimits() throws {
        var json = Samples.endpointSlice
        json["endpoints"] = .array((0...1000).map { ["addresses": ["10.0.\($0 / 250).\($0 % 250 + 1)"]] })
        #expect(
            Samples.problems { () throws(StatusObject) in try Samples.create(.endpointSlice, json) }
                == ["endpoints: Too many: 1001: must have at most 1000 items"]
        )
        json["endpoints"] = [["addresses": JSONValue((0...100).map { "10.0.0.\($0 + 1)" })]]
        #expect(
            Samples.problems { () throws(StatusObject) in try Samples.create(.endpointSlice, json) }
                == ["endpoints[0].addresses: Too many: 101: must have at most 100 items"]
        )
    }

    static let updates: [(ResourceKind, String, [String])] = [
        (
            .endpointSlice, #"{"addressType":"IPv6","endpoints":[]}"#,
            [#"addressType: Invalid value: "IPv6": field is immutable"#]
        ),
        (
            .node, #"{"spec":{"podCIDR":"10.9.0.0/24","podCIDRs":["10.9.0.0/24"]}}"#,
            [#"spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid"#]
        ),
        (
            .node, #"{"spec":{"podCIDR":null,"podCIDRs":null}}"#,
            [#"spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid"#]
        ),
        (
            .pod, #"{"spec":{"nodeName":"node-2"}}"#,
            [
                "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)"
            ]
        ),
        (.namespace, #"{"spec":{"finalizers":[]},"status":{"phase":"Terminating"}}"#, []),
    ]

    @Test(arguments: updates) func changeKeepsTheRules(kind: ResourceKind, patch: String, expected: [String]) throws {
        let sample = try #require(Samples.all.first { $0.0 == kind }?.1)
        let stored = try Samples.create(kind, sample)
        let new = try stored.with(patch)
        let rules = Samples.rules(kind)
        #expect(
            Samples.problems { () throws(StatusObject) in try rules.prepareForUpdate(old: stored, new: new) }
                == expected
        )
    }

    @Test func generationFollowsWhatIsWanted() throws {
        let policy = try Samples.create(.networkPolicy, Samples.networkPolicy)
        let slice = try Samples.create(.endpointSlice, Samples.endpointSlice)
        func generation(_ kind: ResourceKind, _ old: JSONValue, _ patch: String) throws -> Int? {
            try Samples.rules(kind).prepareForUpdate(old: old, new: old.with(patch))[path: "metadata", "generation"]?
                .intValue
        }
        #expect(try generation(.networkPolicy, policy, #"{"metadata":{"labels":{"a":"b"}}}"#) == 1)
        #expect(try generation(.networkPolicy, policy, #"{"spec":{"podSelector":{}, "ingress":[]}}"#) == 2)
        #expect(try generation(.endpointSlice, slice, #"{"metadata":{"annotations":{"a":"b"}}}"#) == 1)
        #expect(try generation(.endpointSlice, slice, #"{"metadata":{"labels":{"a":"b"}}}"#) == 2)
        #expect(try generation(.endpointSlice, slice, #"{"endpoints":[]}"#) == 2)
        #expect(try generation(.endpointSlice, slice, #"{"metadata":{"generation":77}}"#) == 1)
    }

    @Test func defaultsAreFilledIn() throws {
        let slice = try Samples.create(.endpointSlice, Samples.endpointSlice.with(#"{"ports":[{"port":1}]}"#))
        #expect(slice["ports"]?.description == #"[{"port":1,"name":"","protocol":"TCP"}]"#)
        #expect(slice["endpoints"]?[1]?["conditions"] == [:])
        let policy = try Samples.create(.networkPolicy, Samples.networkPolicy)
        #expect(policy[path: "spec", "policyTypes"] == ["Ingress"])
        #expect(policy[path: "spec", "ingress"]?[0]?["ports"]?[1]?["protocol"] == "TCP")
        let both = try Samples.create(.networkPolicy, Samples.networkPolicy.with(#"{"spec":{"egress":[{}]}}"#))
        #expect(both[path: "spec", "policyTypes"] == ["Ingress", "Egress"])
        let node = try Samples.create(.node, Samples.node)
        #expect(node[path: "spec", "podCIDR"] == "10.244.1.0/24")
        #expect(node[path: "status", "addresses"]?[0]?["address"] == "192.0.2.1")
        let pod = try Samples.create(.pod, Samples.pod.with(#"{"status":{"phase":"Running"}}"#))
        #expect(pod["status"] == ["phase": "Pending"])
        #expect(pod[path: "spec", "containers"]?[0]?["ports"]?[0]?["protocol"] == "TCP")
        #expect(pod[path: "spec", "containers"]?[0]?["imagePullPolicy"] == "IfNotPresent")
        let namespace = try Samples.create(.namespace, Samples.namespace)
        #expect(namespace[path: "metadata", "labels", "kubernetes.io/metadata.name"] == "shop")
        #expect(namespace["spec"] == ["finalizers": ["kubernetes"]])
        #expect(namespace["status"] == ["phase": "Active"])
    }

    @Test func podAddressesAreCheckedAndAligned() throws {
        let stored = try Samples.create(.pod, Samples.pod)
        let rules = Samples.rules(.pod)
        let running = try stored.with(#"{"status":{"phase":"Running","podIP":"10.244.1.5"}}"#)
        let updated = Pod(unchecked: try rules.prepareForStatusUpdate(old: stored, new: running))
        #expect(updated.podIPs == ["10.244.1.5"])
        #expect(updated.json[path: "status", "podIPs"] == [["ip": "10.244.1.5"]])
        let broken = try stored.with(#"{"status":{"phase":"Odd","podIPs":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]}}"#)
        let problems = Samples.problems { () throws(StatusObject) in
            try rules.prepareForStatusUpdate(old: stored, new: broken)
        }
        #expect(
            problems == [
                #"status.podIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family"#,
                #"status.phase: Unsupported value: "Odd": supported values: "Failed", "Pending", "Running", "Succeeded", "Unknown""#,
            ]
        )
    }

    @Test func namespaceEndsByFinalize() throws {
        var stored = try Samples.create(.namespace, Samples.namespace)
        stored[path: "metadata", "deletionTimestamp"] = "2026-11-21T09:30:00Z"
        stored[path: "status", "phase"] = "Terminating"
        let new = try stored.with(#"{"spec":{"finalizers":[]},"status":{"phase":"Active"}}"#)
        let updated = Namespace(
            unchecked: try Samples.rules(.namespace).prepareForFinalize(old: stored, new: new)
        )
        #expect(updated.contentFinalizers.isEmpty)
        #expect(updated.isTerminating && updated.json[path: "status", "phase"] == "Terminating")
    }
}
