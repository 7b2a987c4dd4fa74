#include "concierge/understanding/patterns.hpp"

namespace agente::concierge {

// NOLINTNEXTLINE(readability-function-size): a table of words, not logic
std::span<const IntentRow> spanish_intents() {
  using enum Intent;
  static constexpr IntentRow kRows[] = {
      {greet, 1.0,
       "^ hola|^ holis|^ buenas|^ buenos dias|^ buen dia|^ buenas tardes|^ buenas noches|^ que tal|^ como estas|^ "
       "saludos|^ hey"},
      {greet, 0.4, "buen dia|buenas tardes|buenos dias|que tal|como estan"},
      {thanks, 1.4,
       "gracias|mil gracias|muchisimas gracias|muy amable|muy amables|te agradezco|les agradezco|agradecid*|genial "
       "gracias"},
      {goodbye, 2.2,
       "chau|chao|adios|hasta luego|hasta pronto|nos vemos|nos hablamos|hasta manana $|que tengas|que tengan|buena "
       "jornada|nos estamos viendo|hasta la proxima|abrazo $|saludos $"},
      {confirm, 2.0,
       "^ si $|^ sip $|^ sii $|^ ok $|^ okey $|^ oka $|^ okay $|^ dale $|^ listo $|^ vale $|^ bueno $|^ perfecto $|^ "
       "claro $|^ de acuerdo $|^ confirmo $|^ correcto $|^ exacto $|^ genial $|^ joya $|^ barbaro $|^ va $|^ asi es "
       "$|^ esta bien $|^ por supuesto $|^ de una $|👍|^ ✅|^ 👌"},
      {confirm, 1.6,
       "^ si|^ dale|^ ok|^ perfecto|^ listo|^ claro que si|^ vale|^ venga|^ bueno dale|^ obvio|^ excelente"},
      {confirm, 1.6,
       "confirmar ... reserva|quiero confirmar|confirmo|confirmar $|confirma "
       "$|confirmame|confirmado|confirmala|confirmalo|de acuerdo|me parece bien|esta "
       "perfecto|adelante|hagamoslo|me sirve|la quiero $|lo quiero $|la tomo|dale $|todo bien $|todo correcto|suena "
       "bien|^ me gusta $|procede|proceda|reservala|cerramos $|hecho $"},
      {deny, 2.0,
       "^ no creo|no creo $|creo que no|^ mejor no $|^ no $|^ nop $|^ no no|^ no gracias|^ nada $|^ para nada|^ "
       "tampoco $|^ negativo|^ de ninguna manera|^ no por "
       "ahora|^ por ahora no|^ ni loco|👎|^ no por favor"},
      {deny, 1.2,
       "^ no|no quiero|no me gusta|no me sirve|no me interesa|no me convence|no estoy de acuerdo|mejor no|prefiero que "
       "no|no es correcto|esta mal $|no es eso|asi no|eso no|no hace falta|ninguna de"},
      {cancel_reservation, 3.2,
       "cancel* ... reserva/reservas/reservacion/estadia/habitacion/booking/viaje|anul* ... "
       "reserva/reservacion/estadia/habitacion|baja ... reserva|cancelar todo|cancela todo|dar/dame/den de "
       "baja|eliminar/borrar ... reserva"},
      {cancel_reservation, 2.4,
       "cancelen|cancelame|cancelenme|cancelala|cancela $|cancelar $|quiero cancelar|necesito cancelar|tengo que "
       "cancelar|debo cancelar|anulen|anulala|cancelacion de"},
      {cancel_reservation, 2.6,
       "no vamos/voy/iremos/podemos/puedo a? ir|no vamos $|no voy $|ya no vamos|ya no voy|al final no|no podemos "
       "viajar|no puedo viajar|no podre ir|no vamos a ir|no voy a ir|no voy a poder|no vamos a "
       "poder|olvidalo|olvidate|olvidenlo|dejalo asi|deja nomas|dejalo $|se nos complico|se me complico|mejor lo "
       "dejamos|ya no quiero|no quiero reservar|suspendemos el viaje|descarta la|descartalo"},
      {modify_reservation, 3.4,
       "cambiar/modificar/cambio/mover/correr/editar/actualizar/corregir ... "
       "reserva/reservacion/estadia/booking/fecha/fechas/entrada/salida/llegada|modific* ... reserva|cambi* ... "
       "reserva|cambi* ... fecha/fechas|modific* ... fecha/fechas|ampli* ... reserva/estadia/fecha/salida|extend* ... "
       "reserva/estadia/noche/salida|alargar ... estadia/reserva|adelantar ... reserva/llegada/fecha|atrasar ... "
       "reserva/fecha|posterg* ... reserva/estadia/viaje|reprogramar"},
      {modify_reservation, 3.0,
       "sumar/agregar/anadir/aumentar/quitar/sacar ... reserva|sumar/agregar/anadir/quitar una "
       "noche|sumar/agregar/anadir ... persona/personas/cama/cuna/huesped|agregar ... noche/noches|quedarnos ... "
       "noche/noches mas|una noche mas|otra noche mas|cambiar de habitacion|cambiar la habitacion|cambiar a una"},
      {ask_checkin_time, 3.2,
       "que hora ... check/entrada/ingreso/ingresar/entrar/llegar/llegada|hora ... check in|horario ... check "
       "in|horario ... entrada/ingreso/llegada|hora de check in|desde que hora|a partir de que hora|cuando ... hacer "
       "check in|cuando puedo/podemos entrar/ingresar/llegar|hasta que hora ... "
       "llegar/check/entrar/ingresar/recibe*|early check|llegar antes|entrar antes|ingresar antes|antes de las ... "
       "llegar/entrar"},
      {ask_checkout_time, 3.4,
       "que hora ... check out|que hora ... checkout|que hora ... salida/salir/dejar/desocupar/irme/irnos|horario ... "
       "check out|horario ... salida|hora de salida|hora de check out|hasta que hora ... "
       "quedar/quedarme/quedarnos/habitacion/salir|cuando ... dejar la habitacion|cuando ... desocupar|hora del check "
       "out|cuando hay que salir"},
      {late_checkout, 3.8,
       "late check|late checkout|salida tarde/tardia|check out tarde/tardio|salir mas tarde|quedar* ... mas "
       "tarde|quedar* ... hasta mas|quedar* un rato mas|quedar* hasta las|salir a las|irnos/irme a las|irnos/irme mas "
       "tarde|dejar la habitacion mas tarde|dejar la habitacion a las|dejarla mas tarde|extender el check out|check "
       "out a las|check out despues|salir despues|retirar* mas tarde"},
      {check_in, 3.0,
       "hacer ... check in|ya llegue|ya llegamos|acabo/acabamos de llegar|estoy/estamos en la recepcion|estoy/estamos "
       "en recepcion|check in online|check in en linea|hacer el ingreso|estamos aca|estoy "
       "aca|registrarme|registrarnos|llegue al hotel|check in ahora|check in por favor|^ check in $|^ checkin $"},
      {check_out, 3.0,
       "donde dejo/dejamos ... llave/llaves|nos vamos hoy|nos estamos yendo|hacer ... check out|hacer ... "
       "checkout|quiero/queremos hacer el check out|nos vamos ya|ya nos vamos|ya me "
       "voy|me estoy yendo|check out express|dejo la habitacion|dejamos la habitacion|devolver la llave|entregar la "
       "llave|entregar la habitacion|check out por favor|^ check out $|^ checkout $|hago el check out|cerrar la "
       "cuenta"},
      {ask_price, 3.0,
       "cobran|cobrarian|me cobran|sale la|cuanto sale|cuanto cuesta|cuanto vale|cuanto es|cuanto seria|cuanto me "
       "sale|cuanto nos sale|cuanto "
       "cobran|cuanto costaria|cuanto saldria|que precio|precio|precios|tarifa|tarifas|que valor|valor de|a "
       "cuanto|cotiz*|presupuesto|cuanto por|cuanto esta|cuanto estan|cuanto queda|costo|cuesta|cuanto $|cuanto "
       "x|cuanto hay que pagar|mas barato|mas barata|mas economic*|descuento|descuentos|promo*|oferta/ofertas"},
      {ask_availability, 2.8,
       "disponib*|hay lugar|queda lugar|quedan lugares|tienen lugar|tenes lugar|hay algo libre|algo "
       "libre|libre|libres|hay habitaci*|tienen habitaci*|tenes habitaci*|tienen algun*|tienes algun*|tenes "
       "algun*|tenes una|tienen una doble/triple/simple/suite/habitacion|queda alguna/algo|quedan habitaciones|hay "
       "alguna|hay una|hay sitio|hay cupo|tienen cupo|tienen vacantes|hay vacantes|queda alguna|que tienen para|tienen "
       "algo para|tenes algo para"},
      {make_reservation, 2.6,
       "reservar|reservame|reservarme|reserven|resérvame|reservarnos|hacer una reserva|hacer reserva|una reserva|hacer "
       "una reservacion|reservacion para|reserva para|reserva una|^ reserva $|^ reservar $|hacer la reserva|quiero "
       "reserva|hospedarme|hospedarnos|alojarme|alojarnos|quedarme|quedarnos|quiero quedarme|busco habitacion|buscamos "
       "habitacion|busco una|buscamos una|apartar|apartame"},
      {make_reservation, 1.5, "^ reserva|^ reservas|^ reservacion"},
      {make_reservation, 2.0,
       "quiero/queremos/quisiera/quisieramos/necesito/necesitamos/querria/deseo/busco una/un/dos/1/2/3 ... "
       "habitacion/habitaciones/doble/triple/simple/suite/cuarto/matrimonial/familiar/individual|necesito/necesitamos/"
       "quiero/queremos ... habitacion/habitaciones|quiero/queremos/quisiera una/la|me gustaria una|quiero ir|queremos "
       "ir|^ doble para|^ triple para"},
      {ask_services, 2.8,
       "desayuno|desayunos|wifi|wi "
       "fi|internet|piscina|pileta|estacionamiento|cochera|parking|garage|gimnasio|gym|spa|mascota|mascotas|perro|"
       "perros|gato|restaurante|restaurant|bar|aire "
       "acondicionado|calefaccion|cuna|lavanderia|toallas|secador|plancha|caja fuerte|frigobar|minibar|room "
       "service|servicio a la habitacion|ascensor|traslado|transfer|shuttle|balcon|vista al "
       "mar|jacuzzi|sauna|cena|almuerzo|media pension|todo "
       "incluido|tele|tv|cocina|microondas|heladera|sabanas|accesible|silla de "
       "ruedas|servicios|comodidades|cargador|kids club|excursiones|alquilar bici*|fumar|dejar/guardar ... "
       "valijas/equipaje|valijas|equipaje"},
      {ask_services, 0.8,
       "tienen|hay|incluye|ofrecen|tenes|cuentan con|se puede|esta incluido|viene con|aceptan mascotas"},
      {ask_location, 3.0,
       "donde estan|donde queda|donde esta el hotel|donde se encuentra*|donde es el "
       "hotel|direccion|ubicacion|ubicados|ubicado|como llego|como llegar|como se llega|como llegamos|lejos ... "
       "centro/playa/aeropuerto/terminal/estacion|cerca ... centro/playa/aeropuerto/terminal/estacion/del|a cuanto "
       "estan|a cuanto queda|que zona|que barrio|que calle|mapa|distancia|aeropuerto|lejos del|cuantas cuadras|como "
       "voy al"},
      {ask_policy, 3.2,
       "politica*|hay que dejar|sena|deposito|adelanto|anticipo|reembols*|devol* ... dinero/plata|me "
       "devuelven|cancelar sin|cancelacion gratis|cancelacion gratuita|cancelacion sin|si cancelo|si cancelamos|y si "
       "cancelo|pasa si cancel*|pasa si no|penalidad|multa|costo de cancel*|cancelar gratis|puedo cancelar ... "
       "gratis/costo/cargo|hasta cuando puedo cancelar|formas de pago|medios de pago|forma de pago|aceptan "
       "tarjeta/tarjetas/efectivo/dolares/transferencia|pagar con|puedo pagar|se paga|se puede pagar|se puede "
       "fumar|permiten|esta permitido|edad minima|mayores de edad|menores pagan|los ninos pagan|pagan "
       "los|reglas|normas|documento|dni|pasaporte|iva incluido|impuestos|condiciones"},
      {complaint, 3.4,
       "no hay toallas/papel/jabon/calefaccion/senal/sabanas|no hay ... en la habitacion/bano/pieza|falta/faltan ... "
       "en la habitacion|espero hace|que espero|esperando hace|llevo ... esperando|no funciona*|no anda|no "
       "andan|roto|rota|rotos|rotas|suci*|mugre|ruido|ruidos|ruidoso|queja|quejarme|reclamo|reclamar|no hay agua|sin "
       "agua|agua fria|no hay luz|sin luz|se corto|no enciende|no prende|no enfria|no "
       "calienta|huele|olor|cucaracha*|horrible|pesimo|pesima|malisim*|muy mal|desastre|verguenza|nadie ... "
       "responde/contesta/atiende/arregla/vino|no puedo dormir|me cobraron|cobraron de mas|mal servicio|mala "
       "atencion|gotea|tapad*|inundad*|no cierra|no abre la|no me limpiaron|no limpiaron|decepcion*|inaceptable|estoy "
       "harto|estoy harta"},
      {human_handoff, 3.6,
       "pueden llamar/llamarme|puede llamar/llamarme|podes llamarme|llamenme|llamame|hablar con|pasame con|pasenme "
       "con|comunic* con|comunicarme con|con una persona|por una persona|una persona real|persona de verdad|ser "
       "humano|un humano|con alguien|alguien del hotel|con un agente|con un operador|operador|operadora|un asesor|con "
       "recepcion|con el gerente|con la gerencia|encargado|encargada|representante|atienda una persona|me atienda "
       "alguien|llamarme|que me llamen|me llamen|me llamas|no quiero hablar con un bot|no quiero ... "
       "robot/bot/maquina|sos un bot|quiero hablar"},
      {invoice, 3.6,
       "factura|facturas|facturar|facturacion|facturame|recibo|comprobante|ticket|cfdi|cuit|datos fiscales"},
      {feedback_score, 3.0,
       "estrellas $|puntos $|un ... de 10|sobre 10|de diez|puntaje|calific*|le doy un|les doy un|le pongo un|les "
       "pongo un|mi nota|nota *|puntuacion|^ un 1/2/3/4/5/6/7/8/9/10 $|^ un diez $"},
      {other, 3.0,
       "chiste|que tiempo hace|clima|sonar $|tocar el|piano|te amo|te quiero|casate|cuantos anos tenes|cuantos anos "
       "tienes|eres un robot|como te llamas|quien eres|quien te creo|que hora es en|capital "
       "de|^ jaja* $|^ jeje* $|^ jiji* $|aburrid*|futbol|cantame|cancion|poema|ignora* ... instrucciones|instrucciones "
       "anteriores|olvida ... instrucciones|marcar* como pagad*|modo desarrollador|system prompt|qwerty|asdf*|eres "
       "real|tu color|tu cumpleanos|sabes|eres hombre|eres mujer|feliz|me amas|tienes "
       "novi*|contame|cuentame|traduc*|cuanto es 2|receta"},
  };
  return kRows;
}

}  // namespace agente::concierge
