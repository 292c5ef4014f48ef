extension KubeProxyGolden {
    /// The tables of IPv4.
    static let ipv4 = #"""
        *mangle
        :KUBE-PROXY-CANARY - [0:0]
        COMMIT
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FIREWALL - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        -A INPUT -j KUBE-FIREWALL
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -j KUBE-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A KUBE-EXTERNAL-SERVICES -d 203.0.113.77/32 -p tcp -m comment --comment "shop/away:http has no local endpoints" -m tcp --dport 80 -j DROP
        -A KUBE-EXTERNAL-SERVICES -d 203.0.113.21/32 -p tcp -m comment --comment "shop/away:http has no local endpoints" -m tcp --dport 80 -j DROP
        -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/away:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30085 -j DROP
        -A KUBE-EXTERNAL-SERVICES -d 203.0.113.78/32 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-EXTERNAL-SERVICES -d 203.0.113.22/32 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/empty:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30088 -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/away:http health check node port" -m tcp --dport 31001 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:http health check node port" -m tcp --dport 31000 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:https health check node port" -m tcp --dport 31000 -j ACCEPT
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/loyal:http health check node port" -m tcp --dport 31002 -j ACCEPT
        -A KUBE-PROXY-FIREWALL -d 203.0.113.10/32 -p tcp -m comment --comment "shop/gateway:http traffic not accepted by KUBE-FW-TB5B4CTQPKKJSQUS" -m tcp --dport 80 -j DROP
        -A KUBE-SERVICES -d 10.96.0.12/32 -p tcp -m comment --comment "shop/empty:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "shop/far:http has no local endpoints" -m tcp --dport 80 -j DROP
        COMMIT
        *nat
        :KUBE-EXT-25FJTMN2OLOPNGWS - [0:0]
        :KUBE-EXT-3R55B5W2BQDIGALS - [0:0]
        :KUBE-EXT-67NZLRHBNDSAWJRO - [0:0]
        :KUBE-EXT-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-EXT-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-EXT-GPRFF4J26USBYXMS - [0:0]
        :KUBE-EXT-J5F2GEME6EMVBKM5 - [0:0]
        :KUBE-EXT-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-EXT-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-EXT-TFCKRJ4VVZESZDQY - [0:0]
        :KUBE-FW-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-PROXY-CANARY - [0:0]
        :KUBE-SEP-3MVC7N4M426P6U4U - [0:0]
        :KUBE-SEP-4UOIGNLB4KMTYRFD - [0:0]
        :KUBE-SEP-55A2HW5LHFGVIF7P - [0:0]
        :KUBE-SEP-6BWCNSSZYB336OIR - [0:0]
        :KUBE-SEP-75THNBTXKC5HTIKQ - [0:0]
        :KUBE-SEP-7XREFSJM6A4SZFLX - [0:0]
        :KUBE-SEP-BCIAPIDZCPPRCKVS - [0:0]
        :KUBE-SEP-CACHYPJ5WX3OY2BV - [0:0]
        :KUBE-SEP-DT2MGG42VUS2X357 - [0:0]
        :KUBE-SEP-EUBHQ3EY5KKY23SY - [0:0]
        :KUBE-SEP-FHD7CZ3LWL4GUXDZ - [0:0]
        :KUBE-SEP-FZQ6KZLGXRSKN2AD - [0:0]
        :KUBE-SEP-H7CPDXZYODZTUKR5 - [0:0]
        :KUBE-SEP-IBY2P7R6YSS66IPJ - [0:0]
        :KUBE-SEP-KFWMFOBJJP5IVQVX - [0:0]
        :KUBE-SEP-KHDFZMSKR4PIRZFZ - [0:0]
        :KUBE-SEP-MRET3JPGDVVZQ2JM - [0:0]
        :KUBE-SEP-N3UXZ7RJL33CWVIZ - [0:0]
        :KUBE-SEP-OLBUFZVHCJLG5LFW - [0:0]
        :KUBE-SEP-RDOGMIF5WDBMDJOZ - [0:0]
        :KUBE-SEP-S2YCBQPGVILYOHH5 - [0:0]
        :KUBE-SEP-S6Z2NXBVES5XNFYM - [0:0]
        :KUBE-SEP-TRQ5YRI4RBHY4763 - [0:0]
        :KUBE-SEP-UYMJVJW4S7465YLE - [0:0]
        :KUBE-SEP-UYWAOABXXEESPYSY - [0:0]
        :KUBE-SEP-VWKCKFG7GVSK4GPD - [0:0]
        :KUBE-SEP-XTK6ADU3CHUNL66N - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-25FJTMN2OLOPNGWS - [0:0]
        :KUBE-SVC-3R55B5W2BQDIGALS - [0:0]
        :KUBE-SVC-4XI5CTFPAP7AFMBM - [0:0]
        :KUBE-SVC-67NZLRHBNDSAWJRO - [0:0]
        :KUBE-SVC-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-SVC-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-SVC-GPRFF4J26USBYXMS - [0:0]
        :KUBE-SVC-I3QQDNIEA7CYJS3V - [0:0]
        :KUBE-SVC-J5F2GEME6EMVBKM5 - [0:0]
        :KUBE-SVC-LM26URKFZTJZ54SF - [0:0]
        :KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]
        :KUBE-SVC-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-SVC-TB5B4CTQPKKJSQUS - [0:0]
        :KUBE-SVC-TFCKRJ4VVZESZDQY - [0:0]
        :KUBE-SVL-2S6KKOSRNB4JOMNG - [0:0]
        :KUBE-SVL-6DIQQWZY5FTPVDUK - [0:0]
        :KUBE-SVL-BVB44PTKKMWAT5VQ - [0:0]
        :KUBE-SVL-PNCABDFH6LF6WYZE - [0:0]
        :KUBE-SVL-TFCKRJ4VVZESZDQY - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-EXT-25FJTMN2OLOPNGWS -m comment --comment "masquerade traffic for shop/sticky:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-25FJTMN2OLOPNGWS -j KUBE-SVC-25FJTMN2OLOPNGWS
        -A KUBE-EXT-3R55B5W2BQDIGALS -m comment --comment "masquerade traffic for shop/far:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-3R55B5W2BQDIGALS -j KUBE-SVC-3R55B5W2BQDIGALS
        -A KUBE-EXT-67NZLRHBNDSAWJRO -m comment --comment "masquerade traffic for shop/web:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-67NZLRHBNDSAWJRO -j KUBE-SVC-67NZLRHBNDSAWJRO
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/edge:http external destinations" -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -m comment --comment "masquerade LOCAL traffic for shop/edge:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -m comment --comment "route LOCAL traffic for shop/edge:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-6DIQQWZY5FTPVDUK -j KUBE-SVL-6DIQQWZY5FTPVDUK
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/loyal:http external destinations" -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -m comment --comment "masquerade LOCAL traffic for shop/loyal:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -m comment --comment "route LOCAL traffic for shop/loyal:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-BVB44PTKKMWAT5VQ -j KUBE-SVL-BVB44PTKKMWAT5VQ
        -A KUBE-EXT-GPRFF4J26USBYXMS -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/away:http external destinations" -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-EXT-GPRFF4J26USBYXMS -m comment --comment "masquerade LOCAL traffic for shop/away:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-GPRFF4J26USBYXMS -m comment --comment "route LOCAL traffic for shop/away:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-EXT-J5F2GEME6EMVBKM5 -m comment --comment "masquerade traffic for shop/signal external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-J5F2GEME6EMVBKM5 -j KUBE-SVC-J5F2GEME6EMVBKM5
        -A KUBE-EXT-PNCABDFH6LF6WYZE -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/both:http external destinations" -j KUBE-SVC-PNCABDFH6LF6WYZE
        -A KUBE-EXT-PNCABDFH6LF6WYZE -m comment --comment "masquerade LOCAL traffic for shop/both:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-PNCABDFH6LF6WYZE -m comment --comment "route LOCAL traffic for shop/both:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-PNCABDFH6LF6WYZE
        -A KUBE-EXT-PNCABDFH6LF6WYZE -j KUBE-SVL-PNCABDFH6LF6WYZE
        -A KUBE-EXT-TB5B4CTQPKKJSQUS -m comment --comment "masquerade traffic for shop/gateway:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-TB5B4CTQPKKJSQUS -j KUBE-SVC-TB5B4CTQPKKJSQUS
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -s 10.244.0.0/16 -m comment --comment "pod traffic for shop/edge:https external destinations" -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -m comment --comment "masquerade LOCAL traffic for shop/edge:https external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -m comment --comment "route LOCAL traffic for shop/edge:https external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-EXT-TFCKRJ4VVZESZDQY -j KUBE-SVL-TFCKRJ4VVZESZDQY
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 198.51.100.0/24 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 192.0.2.0/24 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -s 203.0.113.10/32 -m comment --comment "shop/gateway:http loadbalancer IP" -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-FW-TB5B4CTQPKKJSQUS -m comment --comment "other traffic to shop/gateway:http will be dropped by KUBE-PROXY-FIREWALL"
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/away:http" -m tcp --dport 30085 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/away:http" -m tcp --dport 30085 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/both:http" -m tcp --dport 30087 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-PNCABDFH6LF6WYZE
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/both:http" -m tcp --dport 30087 -j KUBE-EXT-PNCABDFH6LF6WYZE
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/edge:http" -m tcp --dport 30083 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-6DIQQWZY5FTPVDUK
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:http" -m tcp --dport 30083 -j KUBE-EXT-6DIQQWZY5FTPVDUK
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/edge:https" -m tcp --dport 30084 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-TFCKRJ4VVZESZDQY
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/edge:https" -m tcp --dport 30084 -j KUBE-EXT-TFCKRJ4VVZESZDQY
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/far:http" -m tcp --dport 30086 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-3R55B5W2BQDIGALS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/far:http" -m tcp --dport 30086 -j KUBE-EXT-3R55B5W2BQDIGALS
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/gateway:http" -m tcp --dport 30082 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/gateway:http" -m tcp --dport 30082 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/loyal:http" -m tcp --dport 30089 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-BVB44PTKKMWAT5VQ
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/loyal:http" -m tcp --dport 30089 -j KUBE-EXT-BVB44PTKKMWAT5VQ
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p sctp -m comment --comment "shop/signal" -m sctp --dport 30868 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-J5F2GEME6EMVBKM5
        -A KUBE-NODEPORTS -p sctp -m comment --comment "shop/signal" -m sctp --dport 30868 -j KUBE-EXT-J5F2GEME6EMVBKM5
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/sticky:http" -m tcp --dport 30081 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-25FJTMN2OLOPNGWS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/sticky:http" -m tcp --dport 30081 -j KUBE-EXT-25FJTMN2OLOPNGWS
        -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -m nfacct --nfacct-name  localhost_nps_accepted_pkts -j KUBE-EXT-67NZLRHBNDSAWJRO
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-EXT-67NZLRHBNDSAWJRO
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SEP-3MVC7N4M426P6U4U -s 10.244.0.2/32 -m comment --comment "shop/both:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-3MVC7N4M426P6U4U -p tcp -m comment --comment "shop/both:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-4UOIGNLB4KMTYRFD -s 10.244.1.3/32 -m comment --comment "shop/edge:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-4UOIGNLB4KMTYRFD -p tcp -m comment --comment "shop/edge:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-55A2HW5LHFGVIF7P -s 10.244.1.3/32 -m comment --comment "shop/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-55A2HW5LHFGVIF7P -p udp -m comment --comment "shop/dns:dns" -m udp -j DNAT --to-destination 10.244.1.3:5353
        -A KUBE-SEP-6BWCNSSZYB336OIR -s 10.244.1.3/32 -m comment --comment "shop/gateway:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-6BWCNSSZYB336OIR -p tcp -m comment --comment "shop/gateway:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-75THNBTXKC5HTIKQ -s 10.244.1.3/32 -m comment --comment "shop/dns:dns-tcp" -j KUBE-MARK-MASQ
        -A KUBE-SEP-75THNBTXKC5HTIKQ -p tcp -m comment --comment "shop/dns:dns-tcp" -m tcp -j DNAT --to-destination 10.244.1.3:5353
        -A KUBE-SEP-7XREFSJM6A4SZFLX -s 10.244.1.10/32 -m comment --comment "shop/away:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-7XREFSJM6A4SZFLX -p tcp -m comment --comment "shop/away:http" -m tcp -j DNAT --to-destination 10.244.1.10:8080
        -A KUBE-SEP-BCIAPIDZCPPRCKVS -s 10.244.1.3/32 -m comment --comment "shop/signal" -j KUBE-MARK-MASQ
        -A KUBE-SEP-BCIAPIDZCPPRCKVS -p sctp -m comment --comment "shop/signal" -m sctp -j DNAT --to-destination 10.244.1.3:3868
        -A KUBE-SEP-CACHYPJ5WX3OY2BV -s 10.244.1.3/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-CACHYPJ5WX3OY2BV -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-DT2MGG42VUS2X357 -s 10.244.0.2/32 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-DT2MGG42VUS2X357 -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-DT2MGG42VUS2X357 --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-EUBHQ3EY5KKY23SY -s 198.51.100.10/32 -m comment --comment "default/kubernetes:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-EUBHQ3EY5KKY23SY -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 198.51.100.10:6443
        -A KUBE-SEP-FHD7CZ3LWL4GUXDZ -s 10.244.0.2/32 -m comment --comment "shop/gateway:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-FHD7CZ3LWL4GUXDZ -p tcp -m comment --comment "shop/gateway:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-FZQ6KZLGXRSKN2AD -s 10.244.1.10/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-FZQ6KZLGXRSKN2AD -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.10:8080
        -A KUBE-SEP-H7CPDXZYODZTUKR5 -s 10.244.0.3/32 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-H7CPDXZYODZTUKR5 -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-H7CPDXZYODZTUKR5 --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.3:8080
        -A KUBE-SEP-IBY2P7R6YSS66IPJ -s 10.244.1.3/32 -m comment --comment "shop/far:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-IBY2P7R6YSS66IPJ -p tcp -m comment --comment "shop/far:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-KFWMFOBJJP5IVQVX -s 10.244.1.3/32 -m comment --comment "shop/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-KFWMFOBJJP5IVQVX -p tcp -m comment --comment "shop/sticky:http" -m recent --set --name KUBE-SEP-KFWMFOBJJP5IVQVX --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-KHDFZMSKR4PIRZFZ -s 10.244.0.2/32 -m comment --comment "shop/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-KHDFZMSKR4PIRZFZ -p tcp -m comment --comment "shop/sticky:http" -m recent --set --name KUBE-SEP-KHDFZMSKR4PIRZFZ --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-MRET3JPGDVVZQ2JM -s 10.244.1.3/32 -m comment --comment "shop/away:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-MRET3JPGDVVZQ2JM -p tcp -m comment --comment "shop/away:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-N3UXZ7RJL33CWVIZ -s 10.244.1.3/32 -m comment --comment "shop/both:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-N3UXZ7RJL33CWVIZ -p tcp -m comment --comment "shop/both:http" -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-OLBUFZVHCJLG5LFW -s 10.244.0.2/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-OLBUFZVHCJLG5LFW -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-RDOGMIF5WDBMDJOZ -s 10.244.0.2/32 -m comment --comment "shop/edge:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-RDOGMIF5WDBMDJOZ -p tcp -m comment --comment "shop/edge:https" -m tcp -j DNAT --to-destination 10.244.0.2:8443
        -A KUBE-SEP-S2YCBQPGVILYOHH5 -s 10.244.0.2/32 -m comment --comment "shop/leaving:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-S2YCBQPGVILYOHH5 -p tcp -m comment --comment "shop/leaving:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-S6Z2NXBVES5XNFYM -s 10.244.0.2/32 -m comment --comment "shop/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-S6Z2NXBVES5XNFYM -p udp -m comment --comment "shop/dns:dns" -m udp -j DNAT --to-destination 10.244.0.2:5353
        -A KUBE-SEP-TRQ5YRI4RBHY4763 -s 10.244.0.2/32 -m comment --comment "shop/edge:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-TRQ5YRI4RBHY4763 -p tcp -m comment --comment "shop/edge:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-UYMJVJW4S7465YLE -s 10.244.0.2/32 -m comment --comment "shop/dns:dns-tcp" -j KUBE-MARK-MASQ
        -A KUBE-SEP-UYMJVJW4S7465YLE -p tcp -m comment --comment "shop/dns:dns-tcp" -m tcp -j DNAT --to-destination 10.244.0.2:5353
        -A KUBE-SEP-UYWAOABXXEESPYSY -s 10.244.1.3/32 -m comment --comment "shop/loyal:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-UYWAOABXXEESPYSY -p tcp -m comment --comment "shop/loyal:http" -m recent --set --name KUBE-SEP-UYWAOABXXEESPYSY --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-VWKCKFG7GVSK4GPD -s 10.244.0.2/32 -m comment --comment "shop/near:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-VWKCKFG7GVSK4GPD -p tcp -m comment --comment "shop/near:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-XTK6ADU3CHUNL66N -s 10.244.1.3/32 -m comment --comment "shop/edge:https" -j KUBE-MARK-MASQ
        -A KUBE-SEP-XTK6ADU3CHUNL66N -p tcp -m comment --comment "shop/edge:https" -m tcp -j DNAT --to-destination 10.244.1.3:8443
        -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y
        -A KUBE-SERVICES -d 10.96.0.8/32 -p tcp -m comment --comment "shop/away:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d 203.0.113.77/32 -p tcp -m comment --comment "shop/away:http external IP" -m tcp --dport 80 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d 203.0.113.21/32 -p tcp -m comment --comment "shop/away:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-GPRFF4J26USBYXMS
        -A KUBE-SERVICES -d 10.96.0.11/32 -p tcp -m comment --comment "shop/both:http cluster IP" -m tcp --dport 80 -j KUBE-SVL-PNCABDFH6LF6WYZE
        -A KUBE-SERVICES -d 10.96.0.3/32 -p udp -m comment --comment "shop/dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-4XI5CTFPAP7AFMBM
        -A KUBE-SERVICES -d 10.96.0.3/32 -p tcp -m comment --comment "shop/dns:dns-tcp cluster IP" -m tcp --dport 53 -j KUBE-SVC-I3QQDNIEA7CYJS3V
        -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "shop/edge:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-6DIQQWZY5FTPVDUK
        -A KUBE-SERVICES -d 203.0.113.20/32 -p tcp -m comment --comment "shop/edge:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-6DIQQWZY5FTPVDUK
        -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "shop/edge:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-TFCKRJ4VVZESZDQY
        -A KUBE-SERVICES -d 203.0.113.20/32 -p tcp -m comment --comment "shop/edge:https loadbalancer IP" -m tcp --dport 443 -j KUBE-EXT-TFCKRJ4VVZESZDQY
        -A KUBE-SERVICES -d 10.96.0.6/32 -p tcp -m comment --comment "shop/gateway:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 203.0.113.99/32 -p tcp -m comment --comment "shop/gateway:http external IP" -m tcp --dport 80 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 203.0.113.98/32 -p tcp -m comment --comment "shop/gateway:http external IP" -m tcp --dport 80 -j KUBE-EXT-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 203.0.113.10/32 -p tcp -m comment --comment "shop/gateway:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-TB5B4CTQPKKJSQUS
        -A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "shop/leaving:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-LM26URKFZTJZ54SF
        -A KUBE-SERVICES -d 10.96.0.14/32 -p tcp -m comment --comment "shop/loyal:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-BVB44PTKKMWAT5VQ
        -A KUBE-SERVICES -d 203.0.113.23/32 -p tcp -m comment --comment "shop/loyal:http loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-BVB44PTKKMWAT5VQ
        -A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/near:http cluster IP" -m tcp --dport 80 -j KUBE-SVL-2S6KKOSRNB4JOMNG
        -A KUBE-SERVICES -d 10.96.0.4/32 -p sctp -m comment --comment "shop/signal cluster IP" -m sctp --dport 3868 -j KUBE-SVC-J5F2GEME6EMVBKM5
        -A KUBE-SERVICES -d 10.96.0.5/32 -p tcp -m comment --comment "shop/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-25FJTMN2OLOPNGWS
        -A KUBE-SERVICES -d 10.96.0.2/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-67NZLRHBNDSAWJRO
        -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-SVC-25FJTMN2OLOPNGWS ! -s 10.244.0.0/16 -d 10.96.0.5/32 -p tcp -m comment --comment "shop/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> 10.244.0.2:8080" -m recent --rcheck --seconds 600 --reap --name KUBE-SEP-KHDFZMSKR4PIRZFZ --mask 255.255.255.255 --rsource -j KUBE-SEP-KHDFZMSKR4PIRZFZ
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> 10.244.1.3:8080" -m recent --rcheck --seconds 600 --reap --name KUBE-SEP-KFWMFOBJJP5IVQVX --mask 255.255.255.255 --rsource -j KUBE-SEP-KFWMFOBJJP5IVQVX
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-KHDFZMSKR4PIRZFZ
        -A KUBE-SVC-25FJTMN2OLOPNGWS -m comment --comment "shop/sticky:http -> 10.244.1.3:8080" -j KUBE-SEP-KFWMFOBJJP5IVQVX
        -A KUBE-SVC-3R55B5W2BQDIGALS -m comment --comment "shop/far:http -> 10.244.1.3:8080" -j KUBE-SEP-IBY2P7R6YSS66IPJ
        -A KUBE-SVC-4XI5CTFPAP7AFMBM ! -s 10.244.0.0/16 -d 10.96.0.3/32 -p udp -m comment --comment "shop/dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-4XI5CTFPAP7AFMBM -m comment --comment "shop/dns:dns -> 10.244.0.2:5353" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-S6Z2NXBVES5XNFYM
        -A KUBE-SVC-4XI5CTFPAP7AFMBM -m comment --comment "shop/dns:dns -> 10.244.1.3:5353" -j KUBE-SEP-55A2HW5LHFGVIF7P
        -A KUBE-SVC-67NZLRHBNDSAWJRO ! -s 10.244.0.0/16 -d 10.96.0.2/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-OLBUFZVHCJLG5LFW
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.10:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-FZQ6KZLGXRSKN2AD
        -A KUBE-SVC-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.3:8080" -j KUBE-SEP-CACHYPJ5WX3OY2BV
        -A KUBE-SVC-6DIQQWZY5FTPVDUK ! -s 10.244.0.0/16 -d 10.96.0.7/32 -p tcp -m comment --comment "shop/edge:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-TRQ5YRI4RBHY4763
        -A KUBE-SVC-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> 10.244.1.3:8080" -j KUBE-SEP-4UOIGNLB4KMTYRFD
        -A KUBE-SVC-BVB44PTKKMWAT5VQ ! -s 10.244.0.0/16 -d 10.96.0.14/32 -p tcp -m comment --comment "shop/loyal:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.2:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-DT2MGG42VUS2X357 --mask 255.255.255.255 --rsource -j KUBE-SEP-DT2MGG42VUS2X357
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.3:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-H7CPDXZYODZTUKR5 --mask 255.255.255.255 --rsource -j KUBE-SEP-H7CPDXZYODZTUKR5
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.1.3:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-UYWAOABXXEESPYSY --mask 255.255.255.255 --rsource -j KUBE-SEP-UYWAOABXXEESPYSY
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-DT2MGG42VUS2X357
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.3:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-H7CPDXZYODZTUKR5
        -A KUBE-SVC-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.1.3:8080" -j KUBE-SEP-UYWAOABXXEESPYSY
        -A KUBE-SVC-GPRFF4J26USBYXMS ! -s 10.244.0.0/16 -d 10.96.0.8/32 -p tcp -m comment --comment "shop/away:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-GPRFF4J26USBYXMS -m comment --comment "shop/away:http -> 10.244.1.10:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-7XREFSJM6A4SZFLX
        -A KUBE-SVC-GPRFF4J26USBYXMS -m comment --comment "shop/away:http -> 10.244.1.3:8080" -j KUBE-SEP-MRET3JPGDVVZQ2JM
        -A KUBE-SVC-I3QQDNIEA7CYJS3V ! -s 10.244.0.0/16 -d 10.96.0.3/32 -p tcp -m comment --comment "shop/dns:dns-tcp cluster IP" -m tcp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-I3QQDNIEA7CYJS3V -m comment --comment "shop/dns:dns-tcp -> 10.244.0.2:5353" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-UYMJVJW4S7465YLE
        -A KUBE-SVC-I3QQDNIEA7CYJS3V -m comment --comment "shop/dns:dns-tcp -> 10.244.1.3:5353" -j KUBE-SEP-75THNBTXKC5HTIKQ
        -A KUBE-SVC-J5F2GEME6EMVBKM5 ! -s 10.244.0.0/16 -d 10.96.0.4/32 -p sctp -m comment --comment "shop/signal cluster IP" -m sctp --dport 3868 -j KUBE-MARK-MASQ
        -A KUBE-SVC-J5F2GEME6EMVBKM5 -m comment --comment "shop/signal -> 10.244.1.3:3868" -j KUBE-SEP-BCIAPIDZCPPRCKVS
        -A KUBE-SVC-LM26URKFZTJZ54SF ! -s 10.244.0.0/16 -d 10.96.0.13/32 -p tcp -m comment --comment "shop/leaving:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-LM26URKFZTJZ54SF -m comment --comment "shop/leaving:http -> 10.244.0.2:8080" -j KUBE-SEP-S2YCBQPGVILYOHH5
        -A KUBE-SVC-NPX46M4PTMTKRN6Y ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
        -A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default/kubernetes:https -> 198.51.100.10:6443" -j KUBE-SEP-EUBHQ3EY5KKY23SY
        -A KUBE-SVC-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-3MVC7N4M426P6U4U
        -A KUBE-SVC-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> 10.244.1.3:8080" -j KUBE-SEP-N3UXZ7RJL33CWVIZ
        -A KUBE-SVC-TB5B4CTQPKKJSQUS ! -s 10.244.0.0/16 -d 10.96.0.6/32 -p tcp -m comment --comment "shop/gateway:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-TB5B4CTQPKKJSQUS -m comment --comment "shop/gateway:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-FHD7CZ3LWL4GUXDZ
        -A KUBE-SVC-TB5B4CTQPKKJSQUS -m comment --comment "shop/gateway:http -> 10.244.1.3:8080" -j KUBE-SEP-6BWCNSSZYB336OIR
        -A KUBE-SVC-TFCKRJ4VVZESZDQY ! -s 10.244.0.0/16 -d 10.96.0.7/32 -p tcp -m comment --comment "shop/edge:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ
        -A KUBE-SVC-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> 10.244.0.2:8443" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-RDOGMIF5WDBMDJOZ
        -A KUBE-SVC-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> 10.244.1.3:8443" -j KUBE-SEP-XTK6ADU3CHUNL66N
        -A KUBE-SVL-2S6KKOSRNB4JOMNG ! -s 10.244.0.0/16 -d 10.96.0.9/32 -p tcp -m comment --comment "shop/near:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVL-2S6KKOSRNB4JOMNG -m comment --comment "shop/near:http -> 10.244.0.2:8080" -j KUBE-SEP-VWKCKFG7GVSK4GPD
        -A KUBE-SVL-6DIQQWZY5FTPVDUK -m comment --comment "shop/edge:http -> 10.244.0.2:8080" -j KUBE-SEP-TRQ5YRI4RBHY4763
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.2:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-DT2MGG42VUS2X357 --mask 255.255.255.255 --rsource -j KUBE-SEP-DT2MGG42VUS2X357
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.3:8080" -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-H7CPDXZYODZTUKR5 --mask 255.255.255.255 --rsource -j KUBE-SEP-H7CPDXZYODZTUKR5
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-DT2MGG42VUS2X357
        -A KUBE-SVL-BVB44PTKKMWAT5VQ -m comment --comment "shop/loyal:http -> 10.244.0.3:8080" -j KUBE-SEP-H7CPDXZYODZTUKR5
        -A KUBE-SVL-PNCABDFH6LF6WYZE ! -s 10.244.0.0/16 -d 10.96.0.11/32 -p tcp -m comment --comment "shop/both:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVL-PNCABDFH6LF6WYZE -m comment --comment "shop/both:http -> 10.244.0.2:8080" -j KUBE-SEP-3MVC7N4M426P6U4U
        -A KUBE-SVL-TFCKRJ4VVZESZDQY -m comment --comment "shop/edge:https -> 10.244.0.2:8443" -j KUBE-SEP-RDOGMIF5WDBMDJOZ
        COMMIT
        """#
}
